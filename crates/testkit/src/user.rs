//! Someone who uses the server: an account with a session, and the everyday things one does with them.

use crate::{FaultProxy, TestServer};
use chinwag_client::{Backoff, Client, ClientOptions, Events, Http, Socket};
use chinwag_wire::{
    AccountId, Content, ConversationId, CreateConversation, Credentials, Kind, Message, Positions,
    Register, SendMessage, Sent, SignIn,
    frame::{Hello, Ready},
};
use std::time::Duration;

/// Everyone's password.
const PASSWORD: &str = "a horse that staples batteries";

/// An account, signed in on one device.
#[derive(Clone, Debug)]
pub struct User {
    /// Requests as this account.
    pub http: Http,
    /// From its registration or sign-in.
    pub credentials: Credentials,
}

impl User {
    pub(crate) async fn register(http: &Http, username: &str) -> Self {
        Self::register_with(http, username, |_| {}).await
    }

    /// A new account that also asks for something of its own.
    pub async fn register_with(
        http: &Http,
        username: &str,
        change: impl FnOnce(&mut Register),
    ) -> Self {
        let (username, password) = (Some(username.to_owned()), PASSWORD.to_owned());
        let mut body = Register {
            username,
            password,
            email: None,
            display_name: None,
            owner_link: None,
            device: None,
        };
        change(&mut body);
        Self::signed_in(http, http.register(&body).await.expect("an account can be made"))
    }

    /// Somebody with these credentials.
    pub fn signed_in(http: &Http, credentials: Credentials) -> Self {
        Self { http: http.with_token(&credentials.access_token), credentials }
    }

    /// The account's id.
    pub fn id(&self) -> AccountId {
        self.credentials.account.id
    }

    /// The password, the same for everyone.
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// The same account, signed in on another device.
    pub async fn another_device(&self) -> Self {
        let (name, password) = (self.credentials.account.username.clone(), PASSWORD.to_owned());
        let body = SignIn { name, password, device: None, known_device: None };
        Self::signed_in(&self.http, self.http.sign_in(&body).await.expect("the password is right"))
    }

    /// The same session, reaching the server through a proxy.
    pub fn through(&self, proxy: &FaultProxy) -> Self {
        let http = Http::new(&proxy.url()).expect("an address makes a URL");
        Self::signed_in(&http, self.credentials.clone())
    }

    /// The same session with fresh tokens.
    pub async fn refreshed(&self) -> Self {
        let credentials =
            self.http.refresh(&self.credentials.refresh_token).await.expect("the session lives");
        Self::signed_in(&self.http, credentials)
    }

    /// A live connection that begins now.
    pub async fn socket(&self) -> (Socket, Ready) {
        self.socket_from(None).await
    }

    /// A live connection that goes on from these positions.
    pub async fn socket_from(&self, positions: Option<Positions>) -> (Socket, Ready) {
        let hello =
            Hello { token: Some(self.credentials.access_token.clone()), positions, presence: None };
        Socket::connect(self.http.base(), &hello).await.expect("the server takes the connection")
    }

    /// A client that outlives its connections and begins now.
    pub fn client(&self) -> (Client, Events) {
        self.client_from(Positions::default())
    }

    /// A client that outlives its connections and goes on from these positions. It comes back fast.
    pub fn client_from(&self, positions: Positions) -> (Client, Events) {
        let mut options =
            ClientOptions::new(self.http.base(), self.credentials.clone()).from(positions);
        options.backoff = Backoff::new(Duration::from_millis(20), Duration::from_millis(500));
        Client::start(options).expect("an address makes a URL")
    }

    /// The direct conversation with someone.
    pub async fn direct(&self, other: &Self) -> ConversationId {
        self.make(Kind::Direct, |make| make.account_id = Some(other.id())).await
    }

    /// A new group with these members besides its maker.
    pub async fn group(&self, name: &str, others: &[&Self]) -> ConversationId {
        let members = others.iter().map(|other| other.id()).collect();
        self.make(Kind::Group, |make| (make.name, make.members) = (Some(name.to_owned()), members))
            .await
    }

    /// A new room.
    pub async fn room(&self, name: &str, guests_read: bool) -> ConversationId {
        self.make(Kind::Room, |make| {
            (make.name, make.guests_read) = (Some(name.to_owned()), guests_read)
        })
        .await
    }

    async fn make(&self, kind: Kind, fill: impl FnOnce(&mut CreateConversation)) -> ConversationId {
        let (account_id, username, name, members, client_id) = (None, None, None, Vec::new(), None);
        let mut make = CreateConversation {
            kind,
            account_id,
            username,
            name,
            members,
            guests_read: false,
            client_id,
        };
        fill(&mut make);
        self.http.create_conversation(&make).await.expect("the conversation can be made").id
    }

    /// Sends a text.
    pub async fn say(&self, conversation: ConversationId, text: &str) -> Sent {
        self.http
            .send(conversation, &text_message(None, text))
            .await
            .expect("the message is stored")
    }

    /// Every message this account may see, oldest first.
    pub async fn history(&self, conversation: ConversationId) -> Vec<Message> {
        self.http.whole_history(conversation).await.expect("members read the history")
    }
}

impl TestServer {
    /// Several accounts, one for each name.
    pub async fn users<const N: usize>(&self, names: [&str; N]) -> [User; N] {
        let mut users = Vec::with_capacity(N);
        for name in names {
            users.push(self.user(name).await);
        }
        users.try_into().expect("one for each name")
    }
}

/// A text with this client id.
pub fn text_message(client_id: Option<&str>, text: &str) -> SendMessage {
    let (client_id, content) = (client_id.map(str::to_owned), Content::Text(text.to_owned()));
    SendMessage { client_id, content, subject: None, reply_to: None, attachments: Vec::new() }
}
