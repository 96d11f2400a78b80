//! Profiles: what people say of themselves, who sees it, how they are found, and who hears of a change.

mod find;
mod read;
mod row;
mod search;
mod sight;
mod told;
mod update;
mod words;

pub(crate) use told::event;
pub(crate) use words::{index, index_all};

/// What a profile may hold.
pub mod bounds {
    pub use super::{
        search::PREFIX,
        update::{ABOUT, GENDER, KEY, NAME, OLDEST, STATUS},
    };
}

/// Every statement of this folder.
pub(crate) fn statements() -> Vec<&'static chinwag_sql::Sql> {
    [
        find::STATEMENTS,
        read::STATEMENTS,
        search::STATEMENTS,
        told::STATEMENTS,
        update::STATEMENTS,
        words::STATEMENTS,
    ]
    .concat()
}
