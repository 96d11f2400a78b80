//! Profiles: what people say of themselves, who sees it, how they are found, and who hears of a change.

mod avatar;
mod fill_in;
mod find;
mod picture;
mod read;
mod remove_avatar;
mod row;
mod search;
mod set_avatar;
mod sight;
mod told;
mod update;
mod whole;
mod words;

pub use avatar::Avatar;
pub use fill_in::FillIn;
pub(crate) use picture::FOLDER as AVATARS;
pub(crate) use told::event;
pub use whole::{Portrait, WholeProfile};
pub(crate) use words::{index, index_all};

/// What a profile may hold.
pub mod bounds {
    pub use super::{
        search::PREFIX,
        set_avatar::BYTES as AVATAR,
        update::{ABOUT, GENDER, KEY, NAME, OLDEST, STATUS},
    };
}

/// Every statement of this folder.
pub(crate) fn statements() -> Vec<&'static chinwag_sql::Sql> {
    [
        avatar::STATEMENTS,
        fill_in::STATEMENTS,
        find::STATEMENTS,
        read::STATEMENTS,
        remove_avatar::STATEMENTS,
        search::STATEMENTS,
        set_avatar::STATEMENTS,
        told::STATEMENTS,
        update::STATEMENTS,
        words::STATEMENTS,
    ]
    .concat()
}
