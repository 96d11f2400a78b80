//! Where to write to, or what to follow, as people name it: `ada`, `#lobby`, or an id.

use super::Failure;
use chinwag_client::Http;
use chinwag_wire::{Conversation, ConversationId, CreateConversation, Kind};
use std::{convert::Infallible, str::FromStr};

/// A conversation as it is named on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The direct conversation with this account.
    Person(String),
    /// The room of this name.
    Room(String),
    /// Any conversation one is in.
    Id(ConversationId),
}

impl FromStr for Target {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match (text.parse(), text.strip_prefix('#')) {
            (Ok(id), _) => Self::Id(id),
            (_, Some(room)) => Self::Room(room.to_owned()),
            _ => Self::Person(text.strip_prefix('@').unwrap_or(text).to_owned()),
        })
    }
}

impl Target {
    /// Finds the conversation. A direct one is opened where there is none, a room is joined.
    ///
    /// # Errors
    /// There is no such account, room or conversation, or one may not see it.
    pub async fn find(&self, http: &Http) -> Result<Conversation, Failure> {
        match self {
            Self::Id(id) => Ok(http.conversation(*id).await?),
            Self::Person(username) => Ok(http.create_conversation(&direct(username)).await?),
            Self::Room(name) => {
                let room = find_room(http, name).await?;
                if room.me.is_some() { Ok(room) } else { Ok(http.join(room.id).await?) }
            }
        }
    }
}

fn direct(username: &str) -> CreateConversation {
    CreateConversation {
        kind: Kind::Direct,
        account_id: None,
        username: Some(username.to_owned()),
        name: None,
        members: Vec::new(),
        guests_read: false,
        client_id: None,
    }
}

/// The server lists rooms whose names begin so; this is the one that is named so.
async fn find_room(http: &Http, name: &str) -> Result<Conversation, Failure> {
    let is_it = |room: &Conversation| {
        room.name.as_ref().is_some_and(|known| known.to_lowercase() == name.to_lowercase())
    };
    let mut cursor = None;
    loop {
        let page = http.rooms(Some(name), cursor.as_deref()).await?;
        if let Some(room) = page.items.into_iter().find(is_it) {
            return Ok(room);
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Err(anyhow::anyhow!("there is no room #{name}").into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_type() {
        let id = "01990000-0000-7000-8000-000000000001";
        assert_eq!(Target::from_str("ada"), Ok(Target::Person("ada".into())));
        assert_eq!(Target::from_str("@ada"), Ok(Target::Person("ada".into())));
        assert_eq!(Target::from_str("#lobby"), Ok(Target::Room("lobby".into())));
        assert_eq!(Target::from_str(id), Ok(Target::Id(id.parse().unwrap())));
    }
}
