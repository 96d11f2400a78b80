//! What a search finds an account by: its username and names, from each of their words on, in the canonical
//! form, and each word alone. Kept in the transaction that changes a name.

use crate::{
    accounts::canon,
    error::{Failure, Result},
};
use chinwag_sql::{Database, Operation, Tx};
use chinwag_wire::{AccountId, Problem};
use std::collections::BTreeSet;
use uuid::Uuid;

chinwag_sql::statements! {
    /// The names of an account.
    NAMES = "SELECT a.username_key, a.display_name, p.first_name, p.last_name FROM accounts a \
             LEFT JOIN profiles p ON p.account_id = a.id WHERE a.id = ?1";
    /// It is found by none of them.
    FORGET = "DELETE FROM name_words WHERE account_id = ?1";
    /// It is found by this.
    ADD = "INSERT INTO name_words (word, account_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    /// Some accounts, held so that nobody changes a name meanwhile.
    SOME = "SELECT id FROM accounts WHERE id > ?1 AND deleted_at IS NULL AND unclaimed_by IS NULL ORDER BY id LIMIT 200 FOR NO KEY UPDATE";
    /// Whether all have been looked at.
    IS_WHOLE = "SELECT 1 FROM meta WHERE key = 'name_words'";
    /// They have.
    WHOLE = "INSERT INTO meta (key, value) VALUES ('name_words', 'whole') ON CONFLICT (key) DO NOTHING";
}

/// Most bytes of a word; longer ones are found by their beginning.
pub(super) const LONGEST: usize = 256;
/// Most words of a name that it is found from.
const MOST: usize = 8;

/// One space between words, none before them, canonical. What is looked for goes the same way.
pub(super) fn plain(name: &str) -> String {
    let spaced = canon(name);
    let words: Vec<_> = spaced.split_whitespace().collect();
    words.join(" ")
}

/// Everything that a name is found by.
fn words(name: &str) -> BTreeSet<Vec<u8>> {
    let name = plain(name);
    let starts = name.char_indices().scan(false, |inside, (at, c)| {
        let begins = c.is_alphanumeric() && !*inside;
        *inside = c.is_alphanumeric();
        Some(begins.then_some(at))
    });
    let starts = std::iter::once(0).chain(starts.flatten()).take(MOST);
    let mut words = BTreeSet::new();
    for rest in starts.map(|at| &name[at..]) {
        let word = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        words.extend([rest, word].map(cut));
    }
    words.retain(|word| !word.is_empty());
    words
}

fn cut(word: &str) -> Vec<u8> {
    word.as_bytes()[..word.len().min(LONGEST)].to_vec()
}

/// Notes the names of an account as they are now.
pub(crate) async fn index(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    let Some(row) = tx.maybe(&NAMES, &[account.0.into()]).await? else { return Ok(()) };
    let mut all = BTreeSet::new();
    for column in 0..4 {
        let name: Option<String> = row.get(column)?;
        all.extend(name.as_deref().map(words).unwrap_or_default());
    }
    tx.exec(&FORGET, &[account.0.into()]).await?;
    for word in &all {
        tx.exec(&ADD, &[word.into(), account.0.into()]).await?;
    }
    Ok(())
}

/// Notes the names of some accounts after this one. Gives the last of them; nothing once all are noted.
struct Indexing {
    after: Uuid,
}

impl Operation for Indexing {
    type Out = Option<Uuid>;
    type Error = Failure;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Uuid>> {
        if tx.maybe(&IS_WHOLE, &[]).await?.is_some() {
            return Ok(None);
        }
        let mut last = None;
        for row in tx.rows(&SOME, &[self.after.into()]).await? {
            let account = row.get(0)?;
            index(tx, AccountId(account)).await?;
            last = Some(account);
        }
        if last.is_none() {
            tx.exec(&WHOLE, &[]).await?;
        }
        Ok(last)
    }
}

/// Sees that every account is found: once, at the first start with a search.
pub(crate) async fn index_all(db: &Database) -> Result<(), Problem> {
    let mut next = Some(Uuid::nil());
    while let Some(after) = next {
        next = db.write(Indexing { after }, |last| last).await.map_err(Problem::from)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found_by(name: &str) -> Vec<String> {
        words(name).into_iter().map(|word| String::from_utf8(word).unwrap()).collect()
    }

    #[test]
    fn a_name_is_found_from_each_of_its_words() {
        assert_eq!(found_by("Zoë  Anna"), ["anna", "zoë", "zoë anna"]);
        assert_eq!(found_by("zoe-muller_7"), ["7", "muller", "muller_7", "zoe", "zoe-muller_7"]);
        assert_eq!(found_by("_bot"), ["_bot", "bot"]);
        assert_eq!(found_by("小林"), ["小林"]);
        assert_eq!(found_by("🦆"), ["🦆"]);
        assert_eq!(found_by("ＭＡＸ"), ["max"]);
        assert_eq!(found_by(" "), [""; 0]);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let many = "word ".repeat(20);
        assert!(words(&many).len() <= 2 * MOST);
        assert!(words(&"\u{fdfa}".repeat(100)).iter().all(|word| word.len() <= LONGEST));
    }
}
