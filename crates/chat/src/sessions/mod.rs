//! Sessions: how one is opened, proved, refreshed and ended, and how guessing passwords is bounded.

mod access_token;
mod authenticate;
mod change_password;
mod end;
mod hasher;
mod history;
mod known_device;
mod list;
mod open;
mod password;
pub(crate) mod password_rules;
mod prove_again;
mod refresh;
mod refresh_token;
mod reset_password;
mod sign_in;
mod sign_in_name;
pub(crate) mod throttle;
mod tokens;
mod view;

pub(crate) use end::end_others;
pub(crate) use hasher::PasswordHasher;
pub use open::MOST_SESSIONS;
pub(crate) use open::{NewSession, Opened};
pub(crate) use prove_again::Proof;
pub use throttle::{FREE_FOR_NAME, LONGEST};
pub(crate) use tokens::Tokens;
pub(crate) use view::SessionView;

/// Most characters of the name of a device.
pub(crate) const DEVICE_CHARACTERS: usize = 100;

/// Every statement of this folder.
pub(crate) fn statements() -> Vec<&'static chinwag_sql::Sql> {
    [
        authenticate::STATEMENTS,
        change_password::STATEMENTS,
        end::STATEMENTS,
        history::STATEMENTS,
        list::STATEMENTS,
        open::STATEMENTS,
        prove_again::STATEMENTS,
        refresh::STATEMENTS,
        reset_password::STATEMENTS,
        sign_in::STATEMENTS,
        throttle::STATEMENTS,
    ]
    .concat()
}
