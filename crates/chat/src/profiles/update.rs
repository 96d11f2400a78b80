//! Changes one's profile, and tells one's devices and those who see it.

use super::{read::seen_by, row::Said, told, words};
use crate::{
    Actor, Bucket, Chat, LimitKey,
    error::Result,
    operation::{Change, Outcome},
    text,
};
use chinwag_sql::{Tx, Value};
use chinwag_wire::{AccountId, Code, FieldError, Patch, Problem, Profile, Time, UpdateProfile};

chinwag_sql::statements! {
    /// Holds the account, so that its changes come one after the other, and before or after a block.
    HOLD = "SELECT username, display_name FROM accounts WHERE id = ?1 AND deleted_at IS NULL FOR NO KEY UPDATE";
    /// What it says so far.
    SAID = "SELECT first_name, last_name, about, gender, age, status_text, public_key FROM profiles WHERE account_id = ?1";
    /// It says something else.
    SAY = "INSERT INTO profiles (account_id, first_name, last_name, about, gender, age, status_text, public_key, updated_at) \
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (account_id) DO UPDATE SET first_name = excluded.first_name, \
           last_name = excluded.last_name, about = excluded.about, gender = excluded.gender, age = excluded.age, \
           status_text = excluded.status_text, public_key = excluded.public_key, updated_at = excluded.updated_at";
    /// It is called something else.
    RENAME = "UPDATE accounts SET display_name = ?2 WHERE id = ?1";
}

/// Most characters of a name that people read.
pub const NAME: usize = 100;
/// Most characters about oneself.
pub const ABOUT: usize = 1_000;
/// Most characters of a gender.
pub const GENDER: usize = 50;
/// Most characters of a status.
pub const STATUS: usize = 140;
/// Most characters of a public key.
pub const KEY: usize = 8_192;
/// Most years.
pub const OLDEST: i64 = 150;

/// Holds an account that is there, and gives its username and display name.
///
/// # Errors
/// `account_not_found` for one that was deleted just before.
pub(super) async fn hold(tx: &mut Tx<'_>, account: AccountId) -> Result<(String, String)> {
    let row = tx.maybe(&HOLD, &[account.0.into()]).await?.ok_or(Code::AccountNotFound)?;
    Ok((row.get(0)?, row.get(1)?))
}

struct Updating {
    account: AccountId,
    body: UpdateProfile,
    at: Time,
}

impl Change for Updating {
    type Answer = Profile;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Profile>> {
        let account = self.account;
        let (username, named) = hold(tx, account).await?;
        let before = said(tx, account).await?;
        let name = self.body.display_name.clone().over(Some(named.clone())).unwrap_or(username);
        let said = with(&before, &self.body);
        if (&said, &name) == (&before, &named) {
            return Ok(Outcome::quiet(seen_by(tx, account, account).await?));
        }
        say(tx, account, &said, self.at).await?;
        if name != named {
            rename(tx, account, &name).await?;
        }
        words::index(tx, account).await?;
        let notices = told::changed(tx, account).await?;
        Ok(Outcome::telling(seen_by(tx, account, account).await?, notices))
    }
}

/// What an account says so far.
pub(super) async fn said(tx: &mut Tx<'_>, account: AccountId) -> Result<Said> {
    let row = tx.maybe(&SAID, &[account.0.into()]).await?;
    row.map_or_else(|| Ok(Said::default()), |row| Said::from_row(&row, 0))
}

/// It says something else.
pub(super) async fn say(tx: &mut Tx<'_>, account: AccountId, said: &Said, at: Time) -> Result<()> {
    let [first, last, about, gender, age, status, key] = said.values();
    let account: Value<'_> = account.0.into();
    let values = [account, first, last, about, gender, age, status, key, at.0.into()];
    tx.exec(&SAY, &values).await?;
    Ok(())
}

/// It is called something else.
pub(super) async fn rename(tx: &mut Tx<'_>, account: AccountId, name: &str) -> Result<()> {
    tx.exec(&RENAME, &[account.0.into(), name.into()]).await?;
    Ok(())
}

/// What is said once the patch is applied.
fn with(before: &Said, body: &UpdateProfile) -> Said {
    let text = |patch: &Patch<String>, before: &Option<String>| patch.clone().over(before.clone());
    Said {
        first_name: text(&body.first_name, &before.first_name),
        last_name: text(&body.last_name, &before.last_name),
        about: text(&body.about, &before.about),
        gender: text(&body.gender, &before.gender),
        age: body.age.over(before.age),
        status_text: text(&body.status_text, &before.status_text),
        public_key: text(&body.public_key, &before.public_key),
    }
}

/// What a text must be: its field, itself, and its most characters.
type Rule = fn(&str, &str, usize) -> Result<(), Problem>;

/// The same without space around its lines, if all of it is sound.
///
/// # Errors
/// `invalid`, with every field that was refused.
fn sound(mut body: UpdateProfile) -> Result<UpdateProfile, Problem> {
    let lines: [(&str, &mut Patch<String>, Rule, usize); 7] = [
        ("display_name", &mut body.display_name, text::line, NAME),
        ("first_name", &mut body.first_name, text::line, NAME),
        ("last_name", &mut body.last_name, text::line, NAME),
        ("about", &mut body.about, text::words, ABOUT),
        ("gender", &mut body.gender, text::line, GENDER),
        ("status_text", &mut body.status_text, text::line, STATUS),
        ("public_key", &mut body.public_key, key, KEY),
    ];
    let mut errors: Vec<FieldError> = Vec::new();
    for (field, patch, rule, most) in lines {
        if let Patch::Set(text) = patch {
            errors.extend(rule(field, text, most).err().into_iter().flat_map(|no| no.errors));
            *text = text.trim().to_owned();
        }
    }
    if body.age.value().is_some_and(|age| !(0..=OLDEST).contains(age)) {
        errors.extend(Problem::field("age", format!("must be 0 to {OLDEST}")).errors);
    }
    if errors.is_empty() { Ok(body) } else { Err(Problem { errors, ..Code::Invalid.into() }) }
}

/// A key as text: armoured, encoded or JSON.
fn key(field: &str, text: &str, most: usize) -> Result<(), Problem> {
    if !text.chars().all(|c| c.is_ascii_graphic() || " \r\n\t".contains(c)) {
        return Err(Problem::field(field, "must be ASCII"));
    }
    text::words(field, text, most)
}

impl Chat {
    /// Changes one's profile. What changes nothing is told to nobody.
    ///
    /// # Errors
    /// `invalid`, `rate_limited`.
    #[crate::boxed]
    pub async fn update_profile(
        &self,
        actor: &Actor,
        body: UpdateProfile,
    ) -> Result<Profile, Problem> {
        let body = sound(body)?;
        self.limits.check(Bucket::Profile, LimitKey::Account(actor.account))?;
        self.change(Updating { account: actor.account, body, at: self.clock.now() }).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> Patch<String> {
        Patch::Set(text.to_owned())
    }

    #[test]
    fn every_refused_field_is_named_at_once() {
        let body = UpdateProfile {
            display_name: set(" "),
            first_name: set("a\u{7}b"),
            last_name: set(&"x".repeat(NAME + 1)),
            about: set("one\ntwo\u{b}"),
            gender: set(&"x".repeat(GENDER + 1)),
            age: Patch::Set(-1),
            status_text: set(""),
            public_key: set("clé"),
        };
        let refused: Vec<_> =
            sound(body).unwrap_err().errors.into_iter().map(|error| error.field).collect();
        let all = ["display_name", "first_name", "last_name", "about", "gender", "status_text"];
        assert_eq!(refused, [&all[..], &["public_key", "age"]].concat());
    }

    #[test]
    fn what_is_sound_is_trimmed() {
        let body = UpdateProfile {
            display_name: set(" Ada L. "),
            about: set("one\n\ttwo\n"),
            public_key: set("-----BEGIN KEY-----\r\nAA==\r\n-----END KEY-----\n"),
            age: Patch::Set(OLDEST),
            ..UpdateProfile::default()
        };
        let read = sound(body).unwrap();
        assert_eq!((read.display_name, read.about), (set("Ada L."), set("one\n\ttwo")));
        assert!(matches!(read.public_key, Patch::Set(key) if key.ends_with("END KEY-----")));
    }
}
