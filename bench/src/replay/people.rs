//! Nicks become accounts.

use crate::crowd;
use crate::native::{self, Account};
use anyhow::Result;
use caseless::Caseless as _;
use indicatif::ProgressBar;
use std::net::SocketAddr;
use unicode_normalization::UnicodeNormalization as _;

/// Registrations at a time: enough to keep the hashing threads busy, below their queue.
const WIDTH: usize = 24;
/// Names that the server keeps for itself.
const RESERVED: &[&str] = &["me", "block", "unblock", "get", "send"];

/// The username of a nick: only what the rule refuses is changed. With `fold`, the form in which two
/// nicks are the same person.
pub fn username(nick: &str, fold: bool) -> String {
    let kept = nick.chars().map(|c| if c.is_control() || c == '@' { '_' } else { c });
    let mut name: String = kept.collect::<String>().trim().to_owned();
    if name.is_empty() || RESERVED.contains(&name.to_lowercase().as_str()) {
        name.push('_');
    }
    if !fold {
        return name;
    }
    name.nfkc().default_case_fold().nfkc().collect()
}

/// Registers everyone; accounts in order of the names.
///
/// # Errors
/// When the server refuses one.
pub async fn register(
    address: SocketAddr,
    nicks: &[String],
    bar: &ProgressBar,
) -> Result<Vec<Account>> {
    crowd::each(address, nicks.len(), WIDTH, async |http, number| {
        let nick = &nicks[number];
        let account = native::register(http, &username(nick, false), nick.trim()).await;
        bar.inc(1);
        account
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_rule_refuses_is_changed() {
        assert_eq!(username("|QuaD-", false), "|QuaD-");
        assert_eq!(username("[zero] ", false), "[zero]");
        assert_eq!(username("Me", false), "Me_");
        assert_eq!(username("QuaD", true), username("quad", true));
    }
}
