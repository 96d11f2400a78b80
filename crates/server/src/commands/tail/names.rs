//! What accounts and conversations are called, asked for once each.

use chinwag_client::{Client, Http};
use chinwag_wire::{Account, AccountId, ConversationId, Kind, OwnAccount};
use std::collections::HashMap;

/// Most names remembered; beyond it they are asked for anew.
const MOST: usize = 10_000;

/// Names by id.
pub struct Names {
    http: Http,
    client: Client,
    accounts: HashMap<AccountId, String>,
    conversations: HashMap<ConversationId, String>,
}

impl Names {
    /// Knows one's own name.
    pub fn new(http: Http, client: Client, own: &OwnAccount) -> Self {
        let accounts = HashMap::from([(own.id, own.username.clone())]);
        Self { http, client, accounts, conversations: HashMap::new() }
    }

    /// Remembers a name that came with an event.
    pub fn learn(&mut self, account: &Account) {
        keep(&mut self.accounts, account.id, account.username.clone());
    }

    /// The username, or the id where it cannot be had.
    pub async fn account(&mut self, id: AccountId) -> String {
        if let Some(name) = self.accounts.get(&id) {
            return name.clone();
        }
        match self.http().account(id).await {
            Ok(account) => keep(&mut self.accounts, id, account.username),
            Err(_) => id.to_string(),
        }
    }

    /// `#room`, `@person`, the name of a group, or the id where it cannot be had.
    pub async fn conversation(&mut self, id: ConversationId) -> String {
        if let Some(name) = self.conversations.get(&id) {
            return name.clone();
        }
        let Ok(conversation) = self.http().conversation(id).await else { return id.to_string() };
        let name = match (conversation.kind, conversation.name, conversation.peer) {
            (Kind::Room, Some(name), _) => format!("#{name}"),
            (_, _, Some(peer)) => format!("@{}", peer.username),
            (_, Some(name), _) => name,
            _ => id.to_string(),
        };
        keep(&mut self.conversations, id, name)
    }

    /// The name has changed.
    pub fn forget(&mut self, id: ConversationId) {
        self.conversations.remove(&id);
    }

    fn http(&self) -> Http {
        match self.client.credentials() {
            Some(credentials) => self.http.with_token(credentials.access_token),
            None => self.http.clone(),
        }
    }
}

fn keep<K: Eq + std::hash::Hash>(names: &mut HashMap<K, String>, id: K, name: String) -> String {
    if names.len() >= MOST {
        names.clear();
    }
    names.insert(id, name.clone());
    name
}
