//! Finds people by how one of their names begins, in the order of the names. Fewer than three characters find
//! only what is exactly that, so that nobody reads the whole list by asking for a letter. Nothing here knows
//! of wildcards: a prefix is a range of the index.

use super::{
    find::by_email,
    sight::may_see,
    words::{LONGEST, plain},
};
use crate::{
    Actor, Bucket, Chat, LimitKey, accounts, cursor, error::Result, operation::Query, text,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chinwag_sql::Tx;
use chinwag_wire::{Account, AccountId, Code, Page, Problem, frame::SearchAccounts};
use uuid::Uuid;

chinwag_sql::statements! {
    /// Whom `?1` may see and find after a place and before `?3`, each at the first of their words from `?2` on.
    SEARCH = concat!("SELECT w.word, a.id, a.username, a.display_name FROM name_words w JOIN accounts a ON a.id = w.account_id \
              LEFT JOIN settings s ON s.account_id = a.id \
              WHERE (w.word, w.account_id) > (?4, ?5) AND w.word < ?3 AND a.id <> ?1 \
              AND COALESCE(s.found_by_name, 1) = 1 AND ", may_see!(),
              " AND NOT EXISTS (SELECT 1 FROM name_words e WHERE e.account_id = w.account_id AND e.word >= ?2 AND e.word < w.word) \
              ORDER BY w.word, w.account_id LIMIT ?6");
}

/// Most characters of what is looked for.
pub const PREFIX: usize = 100;
/// So many characters find whatever begins with them; fewer, what is exactly that.
pub const BEGINNING: usize = 3;

/// Where a page ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    word: Vec<u8>,
    account: Uuid,
}

impl Place {
    /// Reads what [`Place::encode`] wrote.
    ///
    /// # Errors
    /// `cursor_invalid` for anything else.
    fn decode(text: &str) -> Result<Self, Problem> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Code::CursorInvalid)?;
        if !(18..=18 + LONGEST).contains(&bytes.len()) || !bytes.len().is_multiple_of(3) {
            return Err(Code::CursorInvalid.into());
        }
        let (account, word) = bytes.split_at(16);
        let end = word.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        let account = Uuid::from_slice(account).expect("split at sixteen");
        Ok(Self { word: word[..end].to_vec(), account })
    }

    /// As clients carry it: no word holds NUL, so NUL fills it up to whole groups of base 64.
    fn encode(&self) -> String {
        let mut bytes = [self.account.as_bytes(), self.word.as_slice()].concat();
        bytes.resize(bytes.len().max(18).next_multiple_of(3), 0);
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

struct Searching {
    viewer: AccountId,
    /// From where, up to before where.
    range: (Vec<u8>, Vec<u8>),
    after: Place,
    limit: usize,
}

impl Query for Searching {
    type Answer = Page<Account>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Page<Account>> {
        let values = [
            self.viewer.0.into(),
            (&self.range.0).into(),
            (&self.range.1).into(),
            (&self.after.word).into(),
            self.after.account.into(),
            (self.limit as i64 + 1).into(),
        ];
        let rows = tx.rows(&SEARCH, &values).await?;
        let shown = &rows[..rows.len().min(self.limit)];
        let items = shown.iter().map(|row| accounts::account_at(row, 1)).collect::<Result<_>>()?;
        let next_cursor = match shown.last() {
            Some(last) if rows.len() > self.limit => {
                Some(Place { word: last.get(0)?, account: last.get(1)? }.encode())
            }
            _ => None,
        };
        Ok(Page { items, next_cursor })
    }
}

/// The part of the index that begins like this; nothing where no word can.
fn range(prefix: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut from = plain(prefix);
    let short = from.chars().count() < BEGINNING;
    if prefix.ends_with(char::is_whitespace) && !short {
        from.push(' ');
    }
    let from = from.into_bytes();
    let mut end = from.clone();
    match end.last_mut().filter(|_| from.len() <= LONGEST)? {
        _ if short => end.push(0),
        // UTF-8 has no byte 255.
        last => *last += 1,
    }
    Some((from, end))
}

impl Chat {
    /// A page of people one may see who have a name, or a word of one, that begins like this, in any spelling
    /// with the same canonical form. A whole email address finds whoever verified it and wants to be found by it.
    ///
    /// # Errors
    /// `invalid`, `cursor_invalid`, `rate_limited`.
    #[crate::boxed]
    pub async fn search_accounts(
        &self,
        actor: &Actor,
        asked: SearchAccounts,
    ) -> Result<Page<Account>, Problem> {
        text::line("prefix", &asked.prefix, PREFIX)?;
        let limit = cursor::limit(asked.limit)?;
        let after = asked.cursor.as_deref().map(Place::decode).transpose()?;
        self.limits.check(Bucket::Search, LimitKey::Account(actor.account))?;
        let viewer = actor.account;
        if let Ok(email) = accounts::email(asked.prefix.trim()) {
            return self.query(by_email(viewer, email)).await;
        }
        match range(&asked.prefix) {
            Some(range) => {
                let first = Place { word: range.0.clone(), account: Uuid::nil() };
                let after = after.map_or(first.clone(), |after| after.max(first));
                self.query(Searching { viewer, range, after, limit }).await
            }
            None => Ok(Page { items: Vec::new(), next_cursor: None }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_come_back_as_they_went() {
        for word in ["", "a", "ab", "abc", "zoë anna", &"x".repeat(LONGEST)] {
            let place = Place { word: word.as_bytes().to_vec(), account: Uuid::from_u128(7) };
            let text = place.encode();
            assert!(text.len() >= 24 && text.len().is_multiple_of(4), "{text}");
            assert_eq!(Place::decode(&text), Ok(place));
        }
        for bad in ["", "x", "AAAA", "!!!!", &"A".repeat(32).as_str()[..31], &"A".repeat(400)] {
            assert_eq!(Place::decode(bad).unwrap_err().code, Code::CursorInvalid, "{bad}");
        }
    }

    #[test]
    fn a_prefix_is_a_range() {
        let text = |(from, end): (Vec<u8>, Vec<u8>)| (from, end);
        assert_eq!(text(range(" Ann").unwrap()), (b"ann".to_vec(), b"ano".to_vec()));
        assert_eq!(range("ann ").unwrap().0, b"ann ");
        assert_eq!(range("An").unwrap(), (b"an".to_vec(), b"an\0".to_vec()), "exactly that");
        assert_eq!(range("100%_\\").unwrap().0, b"100%_\\");
        assert_eq!(range(&"\u{fdfa}".repeat(100)), None, "longer than any word");
    }
}
