//! Reports: people tell staff of a message or an account, and staff decides.

mod list;
mod read;
mod report;
mod resolve;
mod row;

/// Most characters of a report's text, and of a note on it.
const WORDS: usize = 2_000;

/// Every statement of this folder.
pub(crate) fn statements() -> Vec<&'static chinwag_sql::Sql> {
    [list::STATEMENTS, read::STATEMENTS, report::STATEMENTS, resolve::STATEMENTS, row::STATEMENTS]
        .concat()
}
