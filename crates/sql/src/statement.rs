//! A statement: one text with `?1 ?2 …`, rendered once for each engine.

use std::sync::OnceLock;

/// Which database is behind a handle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// The embedded engine.
    Sqlite,
    /// The engine for more than one node.
    Postgres,
}

/// One statement. Declare it as a `static` (see [`statements!`](crate::statements)), so that its
/// text is rendered once.
#[derive(Debug)]
pub struct Sql {
    sqlite: &'static str,
    postgres: &'static str,
    for_sqlite: OnceLock<String>,
    for_postgres: OnceLock<String>,
}

/// A statement both engines understand. `?n` becomes `$n` for PostgreSQL; for SQLite, which has
/// one writer and needs no row locks, `FOR UPDATE` and its kin are dropped.
pub const fn sql(text: &'static str) -> Sql {
    per_engine(text, text)
}

/// A statement the engines need different words for, both with `?n` placeholders.
pub const fn per_engine(sqlite: &'static str, postgres: &'static str) -> Sql {
    Sql { sqlite, postgres, for_sqlite: OnceLock::new(), for_postgres: OnceLock::new() }
}

impl Sql {
    /// The text as `engine` reads it.
    pub fn text(&self, engine: Engine) -> &str {
        match engine {
            Engine::Sqlite => self.for_sqlite.get_or_init(|| without_locks(self.sqlite)),
            Engine::Postgres => self.for_postgres.get_or_init(|| with_dollars(self.postgres)),
        }
    }
}

/// Declares statements as statics, and `STATEMENTS`, the list of them, so that a test can prepare
/// every one on both engines.
///
/// ```
/// chinwag_sql::statements! {
///     /// The current value.
///     FIND = "SELECT value FROM counters WHERE id = ?1 FOR UPDATE";
///     NOW = "SELECT unixepoch()", "SELECT extract(epoch FROM now())::bigint";
/// }
/// assert_eq!(STATEMENTS.len(), 2);
/// assert_eq!(FIND.text(chinwag_sql::Engine::Sqlite), "SELECT value FROM counters WHERE id = ?1");
/// # let _ = &NOW;
/// ```
#[macro_export]
macro_rules! statements {
    (@one $text:expr) => { $crate::sql($text) };
    (@one $sqlite:expr, $postgres:expr) => { $crate::per_engine($sqlite, $postgres) };
    ($( $(#[$note:meta])* $name:ident = $text:expr $(, $postgres:expr)? ; )*) => {
        $(
            $(#[$note])*
            pub(crate) static $name: $crate::Sql = $crate::statements!(@one $text $(, $postgres)?);
        )*
        /// Every statement of this module.
        pub(crate) static STATEMENTS: &[&$crate::Sql] = &[$(&$name),*];
    };
}

/// `?12` becomes `$12`, outside of quotes.
fn with_dollars(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut quote = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        quote = quoted(quote, c);
        let placeholder =
            c == '?' && quote.is_none() && rest.peek().is_some_and(char::is_ascii_digit);
        out.push(if placeholder { '$' } else { c });
    }
    out
}

/// The quote that is open after `c`.
fn quoted(open: Option<char>, c: char) -> Option<char> {
    match open {
        Some(q) if q == c => None,
        None if c == '\'' || c == '"' => Some(c),
        open => open,
    }
}

/// The locking clauses of PostgreSQL, longest first.
const LOCKS: [&str; 4] = ["FOR NO KEY UPDATE", "FOR KEY SHARE", "FOR UPDATE", "FOR SHARE"];
/// What may follow a locking clause.
const TAILS: [&str; 2] = ["SKIP LOCKED", "NOWAIT"];

/// Drops row locks, outside of quotes.
fn without_locks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut quote, mut at) = (None, 0);
    while let Some(c) = text[at..].chars().next() {
        quote = quoted(quote, c);
        match lock_length(&text[at..]).filter(|_| quote.is_none() && c.is_whitespace()) {
            Some(length) => at += length,
            None => {
                out.push(c);
                at += c.len_utf8();
            }
        }
    }
    out
}

/// The length of the locking clause that `text` opens with after white space, if it does.
fn lock_length(text: &str) -> Option<usize> {
    let mut rest = text.trim_start();
    rest = LOCKS.iter().find_map(|lock| rest.strip_prefix(lock))?;
    if let Some(tables) = rest.strip_prefix(" OF ") {
        rest = tables.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
    }
    if let Some(tail) = TAILS.iter().find_map(|tail| rest.strip_prefix(' ')?.strip_prefix(tail)) {
        rest = tail;
    }
    Some(text.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_become_dollars_outside_of_quotes() {
        assert_eq!(
            with_dollars("SELECT ?1, '?2', a ? b, \"?3\", ?12"),
            "SELECT $1, '?2', a ? b, \"?3\", $12"
        );
    }

    #[test]
    fn locks_are_dropped_outside_of_quotes() {
        assert_eq!(without_locks("SELECT a FROM t FOR UPDATE"), "SELECT a FROM t");
        assert_eq!(
            without_locks("(SELECT ' FOR UPDATE' FROM t LIMIT 1\n FOR UPDATE OF t SKIP LOCKED)"),
            "(SELECT ' FOR UPDATE' FROM t LIMIT 1)"
        );
        assert_eq!(without_locks("SELECT é FROM t FOR NO KEY UPDATE NOWAIT"), "SELECT é FROM t");
    }
}
