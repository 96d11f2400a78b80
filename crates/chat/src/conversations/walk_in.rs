//! Walk-in rooms: one for each name, byte for byte, where whoever is signed in reads and writes without
//! becoming a member. Its id follows from its name, so that one can listen to it before anything is stored
//! of it: that is when somebody first speaks there. Of those who only look in, nothing ever is.

use super::create::Blank;
use crate::{
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, ConversationId, Time};
use sha2::{Digest, Sha256};

/// The id of the walk-in room of this name, whether or not anybody has spoken there.
pub fn walk_in_room(name: &str) -> ConversationId {
    let digest = Sha256::new().chain_update(b"walk-in room ").chain_update(name).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    ConversationId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// What its name is kept unique by. The keys of other rooms hold no control characters, so it is none of them.
pub(super) fn key(name: &str) -> String {
    format!("\u{1}{name}")
}

/// Stores a walk-in room, unless it is there.
pub(crate) struct MakeWalkIn {
    pub(crate) name: String,
    pub(crate) by: AccountId,
    pub(crate) at: Time,
}

impl Change for MakeWalkIn {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        let blank = Blank {
            kind: "room",
            name: Some(&self.name),
            room_key: Some(key(&self.name)),
            walk_in: true,
            ..Blank::default()
        };
        blank.create(tx, walk_in_room(&self.name), self.by, self.at).await?;
        Ok(Outcome::quiet(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_byte_for_byte() {
        let room = walk_in_room("garden");
        assert_eq!(room, walk_in_room("garden"));
        assert_eq!(room.0.get_version_num(), 8);
        for other in ["Garden", "garden ", "", "g\u{e4}rden"] {
            assert_ne!(room, walk_in_room(other), "{other}");
        }
        assert_ne!(walk_in_room("\u{e9}"), walk_in_room("e\u{301}"));
    }
}
