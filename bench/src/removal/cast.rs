//! Who takes part, and where: the one who acts, the one who is removed and blocked, and bystanders.

use crate::native::PASSWORD;
use anyhow::{Context as _, Result};
use chinwag_client::Http;
use chinwag_wire::{
    AccountId, Content, ConversationId, CreateConversation, Kind, Register, SendMessage,
};
use std::net::SocketAddr;

/// Somebody signed in.
pub struct Person {
    /// Who.
    pub id: AccountId,
    /// Their way to the server.
    pub http: Http,
    /// Their access token.
    pub token: String,
}

/// Everybody, and their conversations.
pub struct Cast {
    /// Acts: removes, blocks, and writes at once.
    pub actor: Person,
    /// Is removed and blocked.
    pub target: Person,
    /// Shares only the group with the target.
    pub bystander: Person,
    /// Writes all the time.
    pub loader: Person,
    /// Tells the target how far it must have heard.
    pub herald: Person,
    /// The group that the target is removed from.
    pub group: ConversationId,
    /// A group that the target stays in while the actor blocks it.
    pub shared: ConversationId,
    /// Actor and target.
    pub direct: ConversationId,
    /// Herald and target.
    pub heralds: ConversationId,
    /// Herald and actor.
    pub news: ConversationId,
}

impl Cast {
    /// Registers and gathers everybody.
    ///
    /// # Errors
    /// When the server refuses something.
    pub async fn gather(address: SocketAddr) -> Result<Self> {
        let http = Http::new(&format!("http://{address}"))?;
        let [actor, target, bystander, loader, herald] = [
            person(&http, "actor").await?,
            person(&http, "target").await?,
            person(&http, "bystander").await?,
            person(&http, "loader").await?,
            person(&http, "herald").await?,
        ];
        let group = group(&actor, "group", &[&target, &bystander, &loader]).await?;
        let shared = self::group(&actor, "shared", &[&target, &loader]).await?;
        let direct = open(&actor, &target).await?;
        let heralds = open(&herald, &target).await?;
        let news = open(&herald, &actor).await?;
        Ok(Self { actor, target, bystander, loader, herald, group, shared, direct, heralds, news })
    }
}

async fn person(http: &Http, name: &str) -> Result<Person> {
    let body = Register {
        username: Some(name.to_owned()),
        email: None,
        password: PASSWORD.to_owned(),
        display_name: None,
        owner_link: None,
        device: None,
    };
    let made = http.register(&body).await.with_context(|| format!("register {name}"))?;
    let http = http.with_token(made.access_token.as_str());
    Ok(Person { id: made.account.id, http, token: made.access_token })
}

fn blank(kind: Kind) -> CreateConversation {
    CreateConversation {
        kind,
        account_id: None,
        username: None,
        name: None,
        members: Vec::new(),
        guests_read: false,
        client_id: None,
    }
}

async fn group(maker: &Person, name: &str, others: &[&Person]) -> Result<ConversationId> {
    let members = others.iter().map(|person| person.id).collect();
    let body = CreateConversation { name: Some(name.to_owned()), members, ..blank(Kind::Group) };
    Ok(maker.http.create_conversation(&body).await?.id)
}

async fn open(one: &Person, other: &Person) -> Result<ConversationId> {
    let body = CreateConversation { account_id: Some(other.id), ..blank(Kind::Direct) };
    Ok(one.http.create_conversation(&body).await?.id)
}

/// A message of plain text.
pub fn text(text: impl Into<String>) -> SendMessage {
    SendMessage {
        client_id: None,
        content: Content::Text(text.into()),
        subject: None,
        reply_to: None,
        attachments: Vec::new(),
    }
}
