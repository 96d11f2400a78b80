//! The few native operations a run needs besides sending: registering, rooms, conversations, the
//! first frame of a socket.

use crate::http::{Answer, Http, Request};
use crate::socket::{Socket, Target};
use anyhow::{Context as _, Result, ensure};
use chinwag_wire::{
    AccountId, Conversation, ConversationId, CreateConversation, Credentials, Kind, Positions,
    Register, SignIn, frame,
};
use serde::Serialize;
use std::net::SocketAddr;

/// The password of every account that a run makes.
pub const PASSWORD: &str = "correct horse battery staple";

/// Someone signed in.
#[derive(Clone, Debug)]
pub struct Account {
    /// Who.
    pub id: AccountId,
    /// Their access token.
    pub token: String,
}

/// Registers an account, or signs in where it exists already.
///
/// # Errors
/// When the server refuses both.
pub async fn register(http: &mut Http, username: &str, display_name: &str) -> Result<Account> {
    let body = Register {
        username: Some(username.to_owned()),
        display_name: Some(display_name.to_owned()),
        email: None,
        password: PASSWORD.to_owned(),
        owner_link: None,
        device: None,
    };
    let body = serde_json::to_vec(&body)?;
    let answer = post(http, "/v1/accounts", &body).await?;
    let credentials: Credentials = match answer.status {
        409 => sign_in(http, username).await?,
        201 => serde_json::from_slice(&answer.body)?,
        _ => anyhow::bail!("register {username:?}: {}", String::from_utf8_lossy(&answer.body)),
    };
    Ok(Account { id: credentials.account.id, token: credentials.access_token })
}

async fn sign_in(http: &mut Http, name: &str) -> Result<Credentials> {
    let body = serde_json::to_vec(&sign_in_body(name))?;
    let answer = post(http, "/v1/sessions", &body).await?;
    let complaint = String::from_utf8_lossy(&answer.body).into_owned();
    ensure!(answer.status == 201, "sign in as {name:?}: {complaint}");
    Ok(serde_json::from_slice(&answer.body)?)
}

/// What a sign-in with the password of every account sends.
pub fn sign_in_body(name: &str) -> SignIn {
    SignIn {
        name: name.to_owned(),
        password: PASSWORD.to_owned(),
        device: None,
        known_device: None,
    }
}

async fn post(http: &mut Http, path: &str, body: &[u8]) -> Result<Answer> {
    http.patiently(Request { method: "POST", path, token: None, body: Some(body) }).await
}

/// Makes a room that its maker is in.
///
/// # Errors
/// When the server refuses.
pub async fn make_room(http: &mut Http, maker: &Account, name: &str) -> Result<ConversationId> {
    let body = CreateConversation { name: Some(name.to_owned()), ..blank(Kind::Room) };
    make(http, maker, &body).await
}

/// Makes a group.
///
/// # Errors
/// When the server refuses.
pub async fn make_group(
    http: &mut Http,
    maker: &Account,
    name: &str,
    members: &[AccountId],
) -> Result<ConversationId> {
    let (name, members) = (Some(name.to_owned()), members.to_vec());
    make(http, maker, &CreateConversation { name, members, ..blank(Kind::Group) }).await
}

/// Opens the direct conversation of two accounts.
///
/// # Errors
/// When the server refuses.
pub async fn open_direct(
    http: &mut Http,
    maker: &Account,
    other: AccountId,
) -> Result<ConversationId> {
    let body = CreateConversation { account_id: Some(other), ..blank(Kind::Direct) };
    make(http, maker, &body).await
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

async fn make(
    http: &mut Http,
    maker: &Account,
    body: &CreateConversation,
) -> Result<ConversationId> {
    let token = Some(maker.token.as_str());
    let made: Conversation = http.json("POST", "/v1/conversations", token, Some(body)).await?;
    Ok(made.id)
}

/// Joins a room.
///
/// # Errors
/// When the server refuses.
pub async fn join(http: &mut Http, who: &Account, room: ConversationId) -> Result<()> {
    let path = format!("/v1/conversations/{room}/join");
    let _: serde_json::Value = http.json("POST", &path, Some(&who.token), None::<&()>).await?;
    Ok(())
}

/// Leaves a conversation.
///
/// # Errors
/// When the server refuses.
pub async fn leave(http: &mut Http, who: &Account, room: ConversationId) -> Result<()> {
    let path = format!("/v1/conversations/{room}/members/me");
    let _: serde_json::Value = http.json("DELETE", &path, Some(&who.token), None::<&()>).await?;
    Ok(())
}

/// The socket endpoint of a server.
pub fn target(address: SocketAddr) -> Target {
    Target::new(address, "/v1/socket")
}

/// The text of a command frame.
///
/// # Errors
/// When the parameters cannot be written as JSON.
pub fn command(id: u64, name: &str, with: &impl Serialize) -> Result<Vec<u8>> {
    let with = serde_json::value::to_raw_value(with)?;
    Ok(serde_json::to_vec(&frame::CommandFrame { id, name: name.into(), with: Some(&with) })?)
}

/// The first frame of a connection; its reply has the id 1.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn hello(token: &str, positions: Option<Positions>) -> Result<Vec<u8>> {
    command(1, "hello", &frame::Hello { token: Some(token.to_owned()), positions, presence: None })
}

/// Connects and says hello; gives the socket and the raw reply.
///
/// # Errors
/// When the server refuses either.
pub async fn connect(
    target: &Target,
    token: &str,
    positions: Option<Positions>,
) -> Result<(Socket, frame::Ready)> {
    let mut socket = Socket::open(target).await?;
    socket.send(&hello(token, positions)?).await?;
    let text = socket.next().await?.context("closed instead of ready")?;
    let reply: frame::ReplyFrame<frame::Ready> = serde_json::from_slice(&text)
        .with_context(|| format!("not a reply: {}", String::from_utf8_lossy(&text)))?;
    match (reply.ok, reply.error) {
        (Some(ready), _) => Ok((socket, ready)),
        (None, Some(problem)) => Err(problem.into()),
        (None, None) => anyhow::bail!("an empty reply"),
    }
}
