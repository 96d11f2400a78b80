//! Sessions: how one is opened, proved, refreshed and ended, and how guessing passwords is bounded.

mod access_token;
mod authenticate;
mod change_password;
mod claims;
mod end;
mod enter;
mod failures;
mod hasher;
mod history;
mod known_device;
mod list;
mod open;
mod password;
pub(crate) mod password_rules;
mod prove;
mod prove_again;
mod prove_owner;
mod proven;
mod refresh;
mod refresh_token;
mod reset_password;
mod sign_in;
mod sign_in_name;
mod spend;
mod surface;
pub(crate) mod throttle;
mod tokens;
mod view;

pub use change_password::PasswordChange;
pub use claims::{Claims, Issued, Proven, Unproven};
pub(crate) use end::end_others;
pub use failures::Guesses;
pub(crate) use failures::Turns;
pub(crate) use hasher::PasswordHasher;
pub use history::MOST_SIGN_INS;
pub use open::MOST_SESSIONS;
pub(crate) use open::{NewSession, Opened};
pub use password_rules::{PasswordFault, PasswordRule};
pub use prove::ProvenId;
pub(crate) use prove_again::Proof;
pub use sign_in_name::SignInName;
pub use spend::Refreshed;
pub use surface::{SessionKind, SignedIn};
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
        enter::STATEMENTS,
        failures::STATEMENTS,
        history::STATEMENTS,
        list::STATEMENTS,
        open::STATEMENTS,
        prove::STATEMENTS,
        prove_again::STATEMENTS,
        refresh::STATEMENTS,
        reset_password::STATEMENTS,
        spend::STATEMENTS,
        surface::STATEMENTS,
        throttle::STATEMENTS,
    ]
    .concat()
}
