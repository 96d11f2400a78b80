//! Conversations: making, reading, changing them, and who is in them.

mod add_member;
mod change_role;
mod create;
mod direct;
mod group;
mod join;
mod leave;
mod leave_all;
mod list;
mod lobby;
mod members;
mod overview;
mod pairs;
mod place;
mod read;
mod remove_member;
mod room;
mod rooms;
mod row;
mod update;
mod walk_in;

pub(crate) use direct::pair_key;
pub use group::Acquaintance;
pub(crate) use leave_all::{Leaving, hold_all_of};
pub(crate) use members::Newcomer;
pub use overview::Overview;
pub use pairs::{ChatOrder, DirectChat, Pair, Since};
pub(crate) use place::{Place, advance_rev, place, place_for_change, place_for_staff};
pub(crate) use row::{kind, role, veiled};
pub(crate) use walk_in::MakeWalkIn;
pub use walk_in::walk_in_room;

/// Every statement of this folder.
pub(crate) fn statements() -> Vec<&'static chinwag_sql::Sql> {
    [
        create::STATEMENTS,
        leave_all::STATEMENTS,
        list::STATEMENTS,
        lobby::STATEMENTS,
        members::STATEMENTS,
        overview::STATEMENTS,
        pairs::STATEMENTS,
        place::STATEMENTS,
        read::STATEMENTS,
        remove_member::STATEMENTS,
        change_role::STATEMENTS,
        rooms::STATEMENTS,
        update::STATEMENTS,
    ]
    .concat()
}
