//! `/ws/chat`: whoever comes is a guest and hears what is said; who shows an access token is counted as that
//! account and may say something, as long as the session lives.

use super::{
    counts::Counts,
    credentials::SURFACE,
    frames::{self, Utterance},
    limits::MESSAGES,
    options,
    shape::Shape,
};
use crate::{asked::bare, authors::Author, desk::Desk, refusal::Refusal};
use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderValue, header},
    response::Response,
};
use bytes::{Bytes, BytesMut};
use chinwag_api::upgrade;
use chinwag_chat::{Actor, Bucket, LimitKey, LimitSubject, Origin, Posting, Unproven, Viewer};
use chinwag_gateway::{Admit, Ear, FromPeer, Heard, Pace, PlainSocket, Scope, Told, sio::Parting};
use chinwag_wire::{Code, Content, EventBody, Problem, SendMessage, websocket::close};
use std::{
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::net::TcpStream;

/// Most bytes of a frame.
const MOST_BYTES: usize = 1_000_000;
/// Pings a second that are not counted with the other frames.
const PINGS: f64 = 10.0;

/// `GET /ws/chat`.
pub(super) async fn open(
    State(desk): State<Desk>,
    Extension(from): Extension<Origin>,
    request: Request,
) -> Result<Response, Refusal> {
    desk.chat.limits().check(Bucket::Connect, LimitKey::Address(from.address))?;
    let opened = upgrade(request, async move |io, read_ahead| serve(desk, io, read_ahead).await);
    opened.map_err(|problem| {
        let refusal = Refusal::from(problem);
        refusal.with_header(header::UPGRADE, HeaderValue::from_static("websocket"))
    })
}

async fn serve(desk: Desk, io: TcpStream, read_ahead: BytesMut) {
    let heartbeat = options(&desk).heartbeat;
    let socket = PlainSocket::new(io, read_ahead, MOST_BYTES, heartbeat);
    match arrive(&desk).await {
        Ok(ear) => Visitor::new(desk, socket, ear).serve().await,
        Err(problem) => socket.end(Some(turned_away(problem.code))).await,
    }
}

/// Listens as a guest.
async fn arrive(desk: &Desk) -> Result<Ear, Problem> {
    let lobby = desk.chat.lobby().await?;
    let ear = desk.gateway.listen(SURFACE, &Viewer::Guest, Scope::Chosen).await?;
    ear.subscribe(lobby).await?;
    ear.begin();
    Ok(ear)
}

/// Somebody at the other end of a socket.
struct Visitor {
    desk: Desk,
    socket: PlainSocket,
    ear: Ear,
    counts: Counts,
    pace: Pace,
    pings: Pace,
    /// A message that was heard, while its author is looked up.
    naming: Option<(Arc<Told>, Naming)>,
}

/// Who wrote a message, before anything else is heard.
type Naming = Pin<Box<dyn Future<Output = Arc<Author>> + Send>>;

/// What comes next.
enum Next {
    /// The client said something, its heartbeat came due, or it is gone.
    Peer(FromPeer),
    /// Something happened.
    Heard(Heard),
    /// This one wrote the message that was heard.
    Named(Arc<Author>),
    /// Others are there than before.
    Counted(Bytes),
}

impl Visitor {
    fn new(desk: Desk, socket: PlainSocket, ear: Ear) -> Self {
        let (pace, pings) = (desk.gateway.pace(), desk.gateway.pace_of(PINGS, PINGS));
        let counts = Counts::of(&desk);
        Self { desk, socket, ear, counts, pace, pings, naming: None }
    }

    /// Serves it until it ends.
    async fn serve(mut self) {
        self.socket.say(self.counts.now());
        let parting = loop {
            let outcome = match poll_fn(|cx| self.poll_next(cx)).await {
                Next::Peer(FromPeer::Gone) => break None,
                Next::Peer(FromPeer::Message(frame)) => self.hear(&frame).await,
                Next::Peer(FromPeer::Beat) => {
                    self.ear.beat();
                    Ok(())
                }
                Next::Heard(Heard::Event(told)) => self.look_up(told),
                Next::Named(author) => self.tell(&author),
                Next::Heard(Heard::Call(words)) | Next::Counted(words) => self.say(words),
                Next::Heard(Heard::End(parting)) => Err(worded(parting)),
            };
            if let Err(parting) = outcome {
                break Some(parting);
            }
        };
        // Nobody counts them while they are being said goodbye to.
        self.ear.leave();
        self.socket.end(parting).await;
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Next> {
        // Whether or not the peer takes anything.
        if let Poll::Ready(parting) = self.ear.poll_end(cx) {
            return Poll::Ready(Next::Heard(Heard::End(parting)));
        }
        if let Poll::Ready(peer) = self.socket.poll_hear(cx) {
            return Poll::Ready(Next::Peer(peer));
        }
        if self.socket.is_full() {
            return Poll::Pending;
        }
        // Before what is heard, of which there may always be more.
        if let Poll::Ready(counted) = self.counts.poll_changed(cx) {
            return Poll::Ready(Next::Counted(counted));
        }
        match &mut self.naming {
            Some((_, naming)) => naming.as_mut().poll(cx).map(Next::Named),
            None => self.ear.poll_hear(cx).map(Next::Heard),
        }
    }

    fn say(&mut self, frame: Bytes) -> Result<(), Parting> {
        self.socket.say(frame);
        Ok(())
    }

    /// The client said something.
    async fn hear(&mut self, frame: &[u8]) -> Result<(), Parting> {
        let read = Utterance::read(frame);
        let said = read.map_err(|_| parting(close::INVALID_PAYLOAD, "not a frame of this socket"));
        let Some(said) = said? else { return Ok(()) };
        match self.admit(&said) {
            Admit::Take => {}
            Admit::Drop => return Ok(()),
            Admit::Close => return Err(parting(close::POLICY, Code::RateLimited.name())),
        }
        match said.kind.as_str() {
            "ping" => self.say(frames::control("pong")),
            "auth" => self.sign_in(&said.content).await,
            "message" => match self.post(said).await {
                Ok(()) => Ok(()),
                Err(_) => self.say(frames::control("message_failed")),
            },
            _ => Ok(()),
        }
    }

    fn admit(&mut self, said: &Utterance) -> Admit {
        match said.kind.as_str() {
            "ping" if self.pings.admit() == Admit::Take => Admit::Take,
            _ => self.pace.admit(),
        }
    }

    async fn sign_in(&mut self, token: &str) -> Result<(), Parting> {
        match self.desk.chat.prove(bare(token)).await {
            Ok(proven) => self.become_account(&proven.actor).await,
            Err(Unproven::Expired(_) | Unproven::Revoked) => self.say(frames::control("refresh")),
            Err(Unproven::Malformed | Unproven::Signature) => Ok(()),
            Err(Unproven::Failed(problem)) => Err(turned_away(problem.code)),
        }
    }

    async fn become_account(&mut self, actor: &Actor) -> Result<(), Parting> {
        let same = |known: Actor| (known.account, known.session) == (actor.account, actor.session);
        if !self.ear.actor().is_some_and(same) {
            match self.ear.sign_in(actor).await {
                Ok(()) => {}
                Err(problem) if problem.code == Code::SessionEnded => {
                    return self.say(frames::control("refresh"));
                }
                // A client that was closed would only come back for the same.
                Err(problem) if problem.code == Code::TooManyConnections => return Ok(()),
                Err(problem) => return Err(turned_away(problem.code)),
            }
        }
        // One is documented, the other is in use.
        self.socket.say(frames::control("auth"));
        self.say(frames::control("signed_in"))
    }

    /// It is heard by everybody once it is stored, and otherwise by nobody.
    async fn post(&mut self, said: Utterance) -> Result<(), Problem> {
        let actor = self.ear.actor().ok_or(Code::Unauthenticated)?;
        let chat = &self.desk.chat;
        chat.session_alive(&actor).await?;
        chat.count(&MESSAGES, LimitSubject::Account(actor.account))?;
        let body = SendMessage {
            client_id: None,
            content: Content::Text(said.content),
            subject: Some(said.subject).filter(|subject| !subject.is_empty()),
            reply_to: None,
            attachments: Vec::new(),
        };
        chat.post_in_lobby(&actor, body, Posting::default()).await.map(|_| ())
    }

    /// Something happened: who wrote it, where it is a message.
    fn look_up(&mut self, told: Arc<Told>) -> Result<(), Parting> {
        if let EventBody::MessageCreated(message) = &told.event().body {
            let (desk, author) = (self.desk.clone(), message.sender_id);
            let naming = Box::pin(async move { desk.authors.of(author).await });
            self.naming = Some((told, naming));
        }
        Ok(())
    }

    /// Tells of the message, in the same words as every socket that hears it.
    fn tell(&mut self, author: &Author) -> Result<(), Parting> {
        let Some((told, _)) = self.naming.take() else { return Ok(()) };
        let EventBody::MessageCreated(message) = &told.event().body else { return Ok(()) };
        if self.ear.is_over() {
            return Ok(());
        }
        let shape = || Shape::of(&self.desk, message, author).announced();
        let words = told.words(SURFACE, || frames::message(&shape()));
        self.say(words)
    }
}

fn parting(code: u16, reason: &'static str) -> Parting {
    Parting { code, reason, flush: true, ..Parting::silent() }
}

/// Cannot be served now: the client comes back by itself.
fn turned_away(code: Code) -> Parting {
    match code {
        Code::ShuttingDown => parting(close::GOING_AWAY, code.name()),
        _ => parting(close::TRY_AGAIN, code.name()),
    }
}

/// An end in the codes that every client of this dialect knows.
fn worded(ending: Parting) -> Parting {
    let code = match ending.reason {
        _ if ending.for_good => close::POLICY,
        reason if reason == Code::ShuttingDown.name() => close::GOING_AWAY,
        _ => close::TRY_AGAIN,
    };
    Parting { code, ..ending }
}
