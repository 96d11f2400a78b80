//! The lobby: the one room that is there for everybody. Guests read it, whoever is signed in comes in by writing,
//! and nobody owns it. It is made when it is first asked for, under an id that is the same everywhere.

use super::create::Blank;
use crate::{
    Chat, accounts,
    error::Result,
    operation::{Change, Outcome, Query},
    random,
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, ConversationId, Problem, Time};
use uuid::Uuid;

chinwag_sql::statements! {
    /// Whether it is there.
    FIND = "SELECT 1 FROM conversations WHERE id = ?1";
}

/// Its id: a UUID of version 7 from the beginning of time, older than all others.
const LOBBY: ConversationId = ConversationId(Uuid::from_u128(0x7000_8000_006c_6f62_6279));

async fn is_there(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(tx.maybe(&FIND, &[LOBBY.0.into()]).await?.is_some())
}

struct Find;

impl Query for Find {
    type Answer = bool;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool> {
        is_there(tx).await
    }
}

struct Make {
    /// The names it may have: somebody may have made a room of the first.
    names: [String; 2],
    at: Time,
}

impl Change for Make {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        for name in &self.names {
            let blank = Blank {
                kind: "room",
                name: Some(name),
                room_key: Some(accounts::canon(name)),
                guests_read: true,
                ..Blank::default()
            };
            blank.create(tx, LOBBY, AccountId(Uuid::nil()), self.at).await?;
            if is_there(tx).await? {
                return Ok(Outcome::quiet(()));
            }
        }
        Err(Code::RoomNameTaken.into())
    }
}

impl Chat {
    /// The lobby.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn lobby(&self) -> Result<ConversationId, Problem> {
        let find = async || {
            if !self.query(Find).await? {
                let other = format!("Lobby {}", hex(random::bytes()));
                let names = ["Lobby".to_owned(), other];
                self.change(Make { names, at: self.clock.now() }).await?;
            }
            Ok(LOBBY)
        };
        self.lobby.get_or_try_init(find).await.copied()
    }
}

fn hex(bytes: [u8; 4]) -> String {
    format!("{:08x}", u32::from_be_bytes(bytes))
}
