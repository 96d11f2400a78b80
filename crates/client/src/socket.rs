//! One live connection: commands go out, replies find their commands, events come in the order in which
//! they were sent. It ends once; [`crate::Client`] is what outlives it.

mod commands;
mod frames;
mod handshake;
mod reader;
mod writer;

pub use commands::{Commands, Pending};
pub use frames::Frame;

use crate::Error;
use bytes::BytesMut;
use chinwag_wire::{
    frame::{CommandFrame, Hello, Ready},
    websocket::{Decoder, Incoming, Limits, Opcode, Role},
};
use serde::{Serialize, de::DeserializeOwned};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::mpsc,
    time::timeout,
};
use tokio_util::task::AbortOnDropHandle;

/// Most frames that wait to be read. A reader this far behind stops the connection from reading.
const FRAMES: usize = 65_536;
/// How long connecting may take, from the first packet to the reply to `hello`.
const CONNECTING: Duration = Duration::from_secs(20);
/// What a server may make us hold. A reply to `hello` carries up to half a megabyte.
const LIMITS: Limits = Limits { message: 16 * 1024 * 1024, fragments: 1024 };
/// The id of `hello`; commands count on from it.
const HELLO: u64 = 1;

/// A live connection that has said `hello`. Dropping it closes the connection.
pub struct Socket {
    commands: Commands,
    frames: mpsc::Receiver<Frame>,
    _reader: AbortOnDropHandle<()>,
    writer: AbortOnDropHandle<()>,
}

impl Socket {
    /// Connects to a server (`http://…` or `ws://…`; the path is `/v1/socket` where the URL has none) and
    /// says `hello`.
    ///
    /// # Errors
    /// Refused where the server refuses the connection or `hello`; unreachable or closed otherwise.
    pub async fn connect(url: &str, hello: &Hello) -> Result<(Self, Ready), Error> {
        timeout(CONNECTING, Self::open(url, hello))
            .await
            .map_err(|_| Error::Unreachable("no answer in time".into()))?
    }

    async fn open(url: &str, hello: &Hello) -> Result<(Self, Ready), Error> {
        let (mut io, mut buffer) = handshake::open(url).await?;
        let mut decoder = Decoder::new(Role::Client, LIMITS);
        io.write_all(&hello_frame(hello)?).await?;
        let ready = read_ready(&mut io, &mut buffer, &mut decoder).await?;
        let silence = Duration::from_secs(ready.heartbeat_seconds.max(1) * 2);
        Ok((Self::over(io, buffer, decoder, silence), ready))
    }

    /// Starts the two halves that own the connection from here on.
    fn over(io: TcpStream, buffer: BytesMut, decoder: Decoder, silence: Duration) -> Self {
        let (read, write) = io.into_split();
        let (commands, outgoing) = Commands::new(HELLO + 1);
        let (heard, frames) = mpsc::channel(FRAMES);
        let reader = reader::Reader {
            io: read,
            buffer,
            decoder,
            silence,
            commands: commands.clone(),
            heard,
        };
        let spawn = |task: std::pin::Pin<Box<dyn Future<Output = ()> + Send>>| {
            AbortOnDropHandle::new(tokio::spawn(task))
        };
        Self {
            commands,
            frames,
            _reader: spawn(Box::pin(reader.run())),
            writer: spawn(Box::pin(writer::run(write, outgoing))),
        }
    }

    /// The next frame that is no reply. [`Frame::Closed`] is the last; `None` after it.
    pub async fn next(&mut self) -> Option<Frame> {
        self.frames.recv().await
    }

    /// The sending half, to be cloned into other tasks.
    pub fn commands(&self) -> &Commands {
        &self.commands
    }

    /// Gives a command and waits for its reply.
    ///
    /// # Errors
    /// Refused, or closed before the reply came.
    pub async fn command<T: Serialize + ?Sized, R: DeserializeOwned>(
        &self,
        name: &str,
        with: &T,
    ) -> Result<R, Error> {
        self.commands.command(name, with).await
    }

    /// Gives a command without waiting for its reply, see [`Commands::begin`].
    ///
    /// # Errors
    /// Closed.
    pub async fn begin<T: Serialize + ?Sized, R: DeserializeOwned>(
        &self,
        name: &str,
        with: &T,
    ) -> Result<Pending<R>, Error> {
        self.commands.begin(name, with).await
    }

    /// Says goodbye and closes.
    pub async fn close(self) {
        if self.commands.say_goodbye().await {
            // The writer ends once the close frame has left.
            let _ = timeout(Duration::from_secs(1), self.writer).await;
        }
    }
}

fn hello_frame(hello: &Hello) -> Result<Vec<u8>, Error> {
    let with = serde_json::value::to_raw_value(hello).map_err(Error::unread)?;
    let command = CommandFrame { id: HELLO, name: "hello".into(), with: Some(&with) };
    let text = serde_json::to_vec(&command).map_err(Error::unread)?;
    let mut frame = Vec::with_capacity(text.len() + 14);
    chinwag_wire::websocket::frame::append_masked(&mut frame, Opcode::Text, &text, rand::random());
    Ok(frame)
}

/// Reads up to the reply to `hello`; nothing but control frames can come before it.
async fn read_ready(
    io: &mut TcpStream,
    buffer: &mut BytesMut,
    decoder: &mut Decoder,
) -> Result<Ready, Error> {
    let mut closing = None;
    loop {
        match decoder.next(buffer).map_err(Error::unread)? {
            Some(Incoming::Text(text)) => match frames::read(&text)? {
                frames::Received::Reply { id: HELLO, answer } => {
                    return serde_json::from_str(&answer?).map_err(Error::unread);
                }
                frames::Received::Frame(Frame::Closing(why)) => closing = Some(why.code),
                _ => {}
            },
            Some(Incoming::Close { code, reason }) => return Err(refused(closing, code, &reason)),
            Some(_) => {}
            None if io.read_buf(buffer).await? == 0 => {
                return Err(refused(closing, None, b"the server hung up"));
            }
            None => {}
        }
    }
}

fn refused(closing: Option<chinwag_wire::Code>, code: Option<u16>, reason: &[u8]) -> Error {
    match closing {
        Some(closing) => Error::Refused(closing.into()),
        None => Error::Closed { code, reason: String::from_utf8_lossy(reason).into_owned() },
    }
}
