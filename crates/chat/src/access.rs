//! Who may do what in a conversation, in one table. What someone may not see is indistinguishable
//! from what is not there: `Hidden` answers `conversation_not_found`. What staff may do with the
//! server itself is the other table, in `access/instance.rs`.

mod instance;

use chinwag_wire::{Code, DirectFrom, Kind, Role};
pub(crate) use instance::{StaffAct, check_staff, check_staff_over};

/// What someone wants to do in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// See that it exists: its name, kind and counts.
    See,
    /// Read messages and hear events.
    Read,
    /// See who is in it.
    ListMembers,
    /// Send, edit one's own, type.
    Write,
    /// Delete one's own message.
    DeleteOwn,
    /// Delete somebody else's message.
    DeleteAny,
    /// Move one's own watermarks.
    Mark,
    /// Rename it, open or close it to guests.
    Update,
    /// Add somebody.
    Add,
    /// Remove a plain member.
    RemoveMember,
    /// Remove an admin or owner.
    RemoveStaff,
    /// Appoint and dismiss.
    ChangeRole,
    /// Come in by oneself.
    Join,
    /// Go by oneself.
    Leave,
}

/// What one is to a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Without an account.
    Guest,
    /// Signed in, not a member.
    Stranger,
    /// A member, as what.
    In(Role),
}

/// A cell of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    /// Yes.
    Yes,
    /// Yes, if no block stands between the two; else `sending_not_allowed`.
    IfFree,
    /// Yes, if guests may read, or it is a walk-in and one is signed in; else hidden.
    IfOpen,
    /// Yes, if it is a walk-in; else no, and one may know.
    IfWalkIn,
    /// No, and one may know: `forbidden`.
    No,
    /// No, and one may not even know that it exists.
    Hidden,
}

use Act::*;
use Cell::*;

/// Guest, stranger, member, admin, owner.
type Line = [Cell; 5];

const NOBODY: Line = [Hidden, Hidden, No, No, No];
const MEMBERS: Line = [Hidden, Hidden, Yes, Yes, Yes];
const STAFF: Line = [Hidden, Hidden, No, Yes, Yes];
const OWNERS: Line = [Hidden, Hidden, No, No, Yes];
/// In rooms strangers know that the room exists.
const ROOM_MEMBERS: Line = [Hidden, No, Yes, Yes, Yes];
const ROOM_STAFF: Line = [Hidden, No, No, Yes, Yes];
const ROOM_OWNERS: Line = [Hidden, No, No, No, Yes];

/// The table. Both people of a direct conversation are plain members.
fn line(kind: Kind, act: Act) -> Line {
    match (kind, act) {
        (Kind::Direct | Kind::Group, See | Read | ListMembers | DeleteOwn | Mark) => MEMBERS,
        (Kind::Direct, Write) => [Hidden, Hidden, IfFree, IfFree, IfFree],
        (
            Kind::Direct,
            DeleteAny | Update | Add | RemoveMember | RemoveStaff | ChangeRole | Join | Leave,
        ) => NOBODY,
        (Kind::Group, Write | Leave | Join) => MEMBERS,
        (Kind::Group, DeleteAny | Update | Add | RemoveMember) => STAFF,
        (Kind::Group, RemoveStaff | ChangeRole) => OWNERS,
        (Kind::Room, See) => [IfOpen, Yes, Yes, Yes, Yes],
        (Kind::Room, Read) => [IfOpen, IfOpen, Yes, Yes, Yes],
        (Kind::Room, Join) => [Hidden, Yes, Yes, Yes, Yes],
        (Kind::Room, Write | DeleteOwn) => [Hidden, IfWalkIn, Yes, Yes, Yes],
        (Kind::Room, ListMembers | Mark | Leave) => ROOM_MEMBERS,
        (Kind::Room, DeleteAny | Update | Add | RemoveMember) => ROOM_STAFF,
        (Kind::Room, RemoveStaff | ChangeRole) => ROOM_OWNERS,
    }
}

/// The state of a conversation that a cell may depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scene {
    pub(crate) kind: Kind,
    /// Whether guests may read.
    pub(crate) guests_read: bool,
    /// Whether whoever is signed in reads and writes without becoming a member.
    pub(crate) walk_in: bool,
    /// Whether a block stands between the two of a direct conversation.
    pub(crate) blocked: bool,
}

/// Whether `who` may do `act` here.
///
/// # Errors
/// The code that says no, or that there is nothing.
pub(crate) fn check(act: Act, who: Standing, scene: Scene) -> Result<(), Code> {
    let column = match who {
        Standing::Guest => 0,
        Standing::Stranger => 1,
        Standing::In(Role::Member) => 2,
        Standing::In(Role::Admin) => 3,
        Standing::In(Role::Owner) => 4,
    };
    match line(scene.kind, act)[column] {
        Yes => Ok(()),
        IfFree if !scene.blocked => Ok(()),
        IfOpen if scene.guests_read => Ok(()),
        IfOpen | IfWalkIn if scene.walk_in && who == Standing::Stranger => Ok(()),
        IfFree => Err(Code::SendingNotAllowed),
        // A stranger sees that a closed room exists, and reads it by joining.
        IfOpen if who == Standing::Stranger => Err(Code::Forbidden),
        No | IfWalkIn => Err(Code::Forbidden),
        IfOpen | Hidden => Err(Code::ConversationNotFound),
    }
}

/// What one is to somebody whom one wants to talk to alone. Each is closer than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tie {
    /// Nothing.
    Stranger,
    /// They share a direct conversation or group.
    Shared,
    /// They are contacts.
    Contact,
}

/// Whether somebody of this tie may open a direct conversation with one who takes them from so many.
///
/// # Errors
/// `opening_not_allowed`, as where a block stands between the two.
pub(crate) fn may_open(from: DirectFrom, tie: Tie) -> Result<(), Code> {
    let closest_needed = match from {
        DirectFrom::Anyone => Tie::Stranger,
        DirectFrom::Shared => Tie::Shared,
        DirectFrom::Contacts => Tie::Contact,
    };
    if tie >= closest_needed { Ok(()) } else { Err(Code::OpeningNotAllowed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACTS: [Act; 14] = [
        See,
        Read,
        ListMembers,
        Write,
        DeleteOwn,
        DeleteAny,
        Mark,
        Update,
        Add,
        RemoveMember,
        RemoveStaff,
        ChangeRole,
        Join,
        Leave,
    ];

    /// One letter a cell: y yes, n forbidden, h hidden, s sending not allowed. Columns: guest,
    /// stranger, member, admin, owner. Rows in the order of `ACTS`.
    fn grid(kind: Kind, guests_read: bool, blocked: bool) -> String {
        grid_of(Scene { kind, guests_read, walk_in: false, blocked })
    }

    fn grid_of(scene: Scene) -> String {
        let standings = [
            Standing::Guest,
            Standing::Stranger,
            Standing::In(Role::Member),
            Standing::In(Role::Admin),
            Standing::In(Role::Owner),
        ];
        let letter = |act, who| match check(act, who, scene) {
            Ok(()) => 'y',
            Err(Code::Forbidden) => 'n',
            Err(Code::SendingNotAllowed) => 's',
            Err(_) => 'h',
        };
        ACTS.map(|act| standings.map(|who| letter(act, who)).iter().collect::<String>()).join(" ")
    }

    #[test]
    fn direct_conversations_are_opened_by_those_close_enough() {
        let row = |from| {
            [Tie::Stranger, Tie::Shared, Tie::Contact].map(|tie| may_open(from, tie).is_ok())
        };
        assert_eq!(row(DirectFrom::Anyone), [true, true, true]);
        assert_eq!(row(DirectFrom::Shared), [false, true, true]);
        assert_eq!(row(DirectFrom::Contacts), [false, false, true]);
    }

    #[test]
    fn every_cell_is_as_declared() {
        let direct =
            "hhyyy hhyyy hhyyy hhyyy hhyyy hhnnn hhyyy hhnnn hhnnn hhnnn hhnnn hhnnn hhnnn hhnnn";
        assert_eq!(grid(Kind::Direct, false, false), direct);
        let blocked =
            "hhyyy hhyyy hhyyy hhsss hhyyy hhnnn hhyyy hhnnn hhnnn hhnnn hhnnn hhnnn hhnnn hhnnn";
        assert_eq!(grid(Kind::Direct, false, true), blocked);
        let group =
            "hhyyy hhyyy hhyyy hhyyy hhyyy hhnyy hhyyy hhnyy hhnyy hhnyy hhnny hhnny hhyyy hhyyy";
        assert_eq!(grid(Kind::Group, false, false), group);
        let closed =
            "hyyyy hnyyy hnyyy hnyyy hnyyy hnnyy hnyyy hnnyy hnnyy hnnyy hnnny hnnny hyyyy hnyyy";
        assert_eq!(grid(Kind::Room, false, false), closed);
        let open =
            "yyyyy yyyyy hnyyy hnyyy hnyyy hnnyy hnyyy hnnyy hnnyy hnnyy hnnny hnnny hyyyy hnyyy";
        assert_eq!(grid(Kind::Room, true, false), open);
        let walk_in =
            "hyyyy hyyyy hnyyy hyyyy hyyyy hnnyy hnyyy hnnyy hnnyy hnnyy hnnny hnnny hyyyy hnyyy";
        let scene = Scene { kind: Kind::Room, guests_read: false, walk_in: true, blocked: false };
        assert_eq!(grid_of(scene), walk_in);
    }
}
