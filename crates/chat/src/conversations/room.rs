//! Makes a room, open by name.

use super::{
    Newcomer,
    create::{BY_CLIENT_ID, Blank},
    read::{read, see},
};
use crate::{
    Actor, Viewer, accounts,
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{Code, Conversation, ConversationId, CreateConversation, Kind, Role, Time};

pub(super) struct MakeRoom {
    pub(super) actor: Actor,
    pub(super) id: ConversationId,
    pub(super) at: Time,
    pub(super) body: CreateConversation,
}

impl Change for MakeRoom {
    type Answer = (Conversation, bool);
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Self::Answer>> {
        let viewer = Viewer::Account(self.actor);
        let blank = Blank {
            kind: "room",
            name: self.body.name.as_deref(),
            room_key: self.body.name.as_deref().map(accounts::canon),
            client_id: self.body.client_id.as_deref(),
            guests_read: self.body.guests_read,
            members: 1,
            ..Blank::default()
        };
        if !blank.create(tx, self.id, self.actor.account, self.at).await? {
            return Ok(Outcome::quiet((self.made_before(tx).await?, false)));
        }
        let account = self.actor.account;
        let newcomer = Newcomer {
            conversation: self.id,
            kind: Kind::Room,
            account,
            role: Role::Owner,
            last_seq: 0,
            rev: 1,
            at: self.at,
        };
        newcomer.write(tx).await?;
        let told = newcomer.joined(tx, 1).await?;
        Ok(Outcome::telling((read(tx, self.id, viewer).await?, true), vec![told]))
    }
}

impl MakeRoom {
    /// The room made first under the same client id; else it is the name that is taken.
    async fn made_before(&self, tx: &mut Tx<'_>) -> Result<Conversation> {
        let Some(client_id) = self.body.client_id.as_deref() else {
            return Err(Code::RoomNameTaken.into());
        };
        let row = tx
            .maybe(&BY_CLIENT_ID, &[self.actor.account.0.into(), client_id.into()])
            .await?
            .ok_or(Code::RoomNameTaken)?;
        let same =
            row.get::<String>(1)? == "room" && row.get::<Option<String>>(2)? == self.body.name;
        if !same {
            return Err(Code::ClientIdReused.into());
        }
        see(tx, ConversationId(row.get(0)?), Viewer::Account(self.actor)).await
    }
}
