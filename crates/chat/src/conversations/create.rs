//! Opens a direct conversation, or makes a group or room: what the three have in common.

use super::{
    group::{Acquaintance, MakeGroup},
    room::MakeRoom,
};
use crate::{AccountName, Actor, Chat, accounts, error::Result, text};
use chinwag_sql::{Tx, Value};
use chinwag_wire::{
    AccountId, Conversation, ConversationId, CreateConversation, Kind, Problem, Time,
};

chinwag_sql::statements! {
    /// A new conversation, unless its pair has one or its maker made it before.
    CREATE = "INSERT INTO conversations (id, kind, name, room_key, pair_key, made_by, client_id, guests_read, blocked, \
              member_count, last_seq, last_rev, meta_rev, last_at, created_at, walk_in) \
              VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, 0, ?9, 0, ?10, ?10, ?11) ON CONFLICT DO NOTHING";
    /// The conversation of a pair.
    BY_PAIR = "SELECT id FROM conversations WHERE pair_key = ?1";
    /// What its maker made under this client id.
    BY_CLIENT_ID = "SELECT id, kind, name FROM conversations WHERE made_by = ?1 AND client_id = ?2";
}

/// A conversation to be made. Its members are counted as changes, one each.
#[derive(Default)]
pub(super) struct Blank<'a> {
    pub(super) kind: &'static str,
    pub(super) name: Option<&'a str>,
    pub(super) room_key: Option<String>,
    pub(super) pair_key: Option<Vec<u8>>,
    pub(super) client_id: Option<&'a str>,
    pub(super) guests_read: bool,
    pub(super) walk_in: bool,
    pub(super) members: i64,
}

impl Blank<'_> {
    /// Makes it; false where one of its unique keys is taken.
    pub(super) async fn create(
        self,
        tx: &mut Tx<'_>,
        id: ConversationId,
        by: AccountId,
        at: Time,
    ) -> Result<bool> {
        let values: [Value<'_>; 11] = [
            id.0.into(),
            self.kind.into(),
            self.name.into(),
            self.room_key.into(),
            self.pair_key.into(),
            by.0.into(),
            self.client_id.into(),
            self.guests_read.into(),
            self.members.into(),
            at.0.into(),
            self.walk_in.into(),
        ];
        Ok(tx.exec(&CREATE, &values).await? == 1)
    }
}

impl Chat {
    /// Opens a direct conversation, or makes a group or room. The second value says whether it is new.
    ///
    /// # Errors
    /// `invalid`, `account_not_found`, `opening_not_allowed`, `room_name_taken`, `client_id_reused`, `group_full`.
    #[crate::boxed]
    pub async fn create_conversation(
        &self,
        actor: &Actor,
        body: CreateConversation,
    ) -> Result<(Conversation, bool), Problem> {
        only_what_fits(&body)?;
        let at = self.clock.now();
        let id = ConversationId(crate::random::id(at));
        let actor = *actor;
        match body.kind {
            Kind::Direct => {
                let by_name = || AccountName::Username(body.username.unwrap_or_default());
                let peer = body.account_id.map_or_else(by_name, AccountName::Id);
                self.open_direct(&actor, peer).await
            }
            Kind::Group => {
                let (limit, whom) = (self.options.group_limit, Acquaintance::Anyone);
                self.change(MakeGroup { actor, id, at, body, limit, whom }).await
            }
            Kind::Room => self.change(MakeRoom { actor, id, at, body }).await,
        }
    }
}

impl Chat {
    /// Makes a group of people one may bring into it.
    ///
    /// # Errors
    /// `invalid`, `account_not_found`, `opening_not_allowed`, `group_full`.
    #[crate::boxed]
    pub async fn make_group(
        &self,
        actor: &Actor,
        name: String,
        members: Vec<AccountId>,
        whom: Acquaintance,
    ) -> Result<Conversation, Problem> {
        let (account_id, username, client_id) = (None, None, None);
        let body = CreateConversation {
            kind: Kind::Group,
            account_id,
            username,
            name: Some(name),
            members,
            guests_read: false,
            client_id,
        };
        only_what_fits(&body)?;
        let at = self.clock.now();
        let id = ConversationId(crate::random::id(at));
        let limit = self.options.group_limit;
        let (made, _) = self.change(MakeGroup { actor: *actor, id, at, body, limit, whom }).await?;
        Ok(made)
    }
}

/// Rooms are found by name: two names that differ in nothing one can see would be one too many.
pub(super) fn room_name(name: &str) -> Result<(), Problem> {
    match name.chars().any(accounts::is_unseen) {
        true => {
            Err(Problem::field("name", "must not hold control, invisible or formatting characters"))
        }
        false => Ok(()),
    }
}

/// A field that the kind does not know would be lost silently: refused instead.
fn only_what_fits(body: &CreateConversation) -> Result<(), Problem> {
    let direct = body.kind == Kind::Direct;
    let fits = [
        ("account_id", direct || body.account_id.is_none()),
        ("username", direct || body.username.is_none()),
        ("name", !direct || body.name.is_none()),
        ("members", body.kind == Kind::Group || body.members.is_empty()),
        ("guests_read", body.kind == Kind::Room || !body.guests_read),
    ];
    if let Some((field, _)) = fits.iter().find(|(_, fits)| !fits) {
        return Err(Problem::field(*field, "does not go with this kind of conversation"));
    }
    if direct && body.account_id.is_some() == body.username.is_some() {
        return Err(Problem::field("account_id", "give either account_id or username"));
    }
    if body.kind == Kind::Room {
        room_name(body.name.as_deref().unwrap_or_default())?;
    }
    match (&body.name, direct) {
        (Some(name), _) => text::line("name", name, 128)?,
        (None, true) => {}
        (None, false) => return Err(Problem::field("name", "is needed")),
    }
    body.client_id.as_deref().map_or(Ok(()), text::client_id)
}
