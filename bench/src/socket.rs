//! A client's WebSocket as lean as measuring needs: one TCP stream, no task and no buffer of its own
//! while idle. Reading belongs to one task; a [`Writer`] may write from any thread.

use crate::http;
use anyhow::{Context as _, Result, bail, ensure};
use bytes::{Bytes, BytesMut};
use chinwag_wire::websocket::{Decoder, Incoming, Limits, Opcode, Role, frame, handshake};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::{
    cell::RefCell,
    future::poll_fn,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::io::{AsyncRead as _, AsyncWriteExt as _, ReadBuf};
use tokio::net::{
    TcpSocket, TcpStream,
    tcp::{OwnedReadHalf, OwnedWriteHalf},
};

thread_local! {
    /// What arrives passes through here: a connection has memory only for what it holds.
    static SCRATCH: RefCell<Box<[u8]>> = RefCell::new(vec![0; 16 * 1024].into());
}

/// After so many waits the kernel is told again that the connection talks, too; a silence makes it forget. One that only
/// listens confirms each message at once, instead of every second one (RFC 9293, section 3.8.6.3), and that costs the
/// shared cores as much as everything else the client does.
const REMIND: u32 = 16;

/// Where and how to connect.
#[derive(Clone, Debug)]
pub struct Target {
    /// The server.
    pub address: SocketAddr,
    /// Path and query of the WebSocket endpoint.
    pub path: String,
    /// Address to connect from; one source address has about 28,000 ports.
    pub source: Option<Ipv4Addr>,
    /// Size of the kernel's receive buffer, for slow readers.
    pub receive_buffer: Option<u32>,
    /// Size of the kernel's send buffer, for those who send without end.
    pub send_buffer: Option<u32>,
}

impl Target {
    /// An ordinary connection.
    pub fn new(address: SocketAddr, path: &str) -> Self {
        Self {
            address,
            path: path.to_owned(),
            source: None,
            receive_buffer: None,
            send_buffer: None,
        }
    }

    async fn stream(&self) -> Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        if let Some(size) = self.receive_buffer {
            socket.set_recv_buffer_size(size)?;
        }
        if let Some(size) = self.send_buffer {
            socket.set_send_buffer_size(size)?;
        }
        if let Some(source) = self.source {
            socket.bind(SocketAddr::V4(SocketAddrV4::new(source, 0)))?;
        }
        let stream = socket.connect(self.address).await.context("connect")?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

/// The writing half.
#[derive(Clone, Debug)]
pub struct Writer(Arc<OwnedWriteHalf>);

impl Writer {
    /// Writes at once what the kernel takes; the rest is an error, since the load never fills a socket.
    ///
    /// # Errors
    /// When the connection is gone or the kernel's buffer is full.
    pub fn try_write(&self, bytes: &[u8]) -> io::Result<()> {
        let written = self.0.try_write(bytes)?;
        if written == bytes.len() { Ok(()) } else { Err(io::ErrorKind::WriteZero.into()) }
    }

    /// Writes what the kernel takes at once; answers how many bytes that was.
    ///
    /// # Errors
    /// When the connection is gone or the kernel's buffer is full.
    pub fn write_some(&self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_write(bytes)
    }

    /// Writes everything, waiting where the kernel's buffer is full.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn write(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.0.try_write(bytes) {
                Ok(written) => bytes = &bytes[written..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.0.writable().await?
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// One connection.
#[derive(Debug)]
pub struct Socket {
    reader: OwnedReadHalf,
    writer: Writer,
    buffer: BytesMut,
    decoder: Decoder,
    /// How often [`Socket::hear`] waited.
    waits: u32,
}

impl Socket {
    /// Connects and upgrades (RFC 6455, section 4.1).
    ///
    /// # Errors
    /// When the server cannot be reached or refuses.
    pub async fn open(target: &Target) -> Result<Self> {
        let mut stream = target.stream().await?;
        let key = handshake::request_key(rand::random());
        let request = format!(
            "GET {} HTTP/1.1\r\nhost: {}\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: {key}\r\n\r\n",
            target.path, target.address
        );
        stream.write_all(request.as_bytes()).await?;
        let mut buffer = BytesMut::new();
        let head = http::read_head(&mut stream, &mut buffer).await?;
        ensure!(head.status()? == 101, "the upgrade was refused: {head:?}");
        let proof = head.value("sec-websocket-accept");
        ensure!(proof == Some(&handshake::accept_key(&key)), "the upgrade was not understood");
        let limits = Limits { message: 16 << 20, fragments: 1024 };
        let decoder = Decoder::new(Role::Client, limits);
        let (reader, writer) = stream.into_split();
        Ok(Self { reader, writer: Writer(Arc::new(writer)), buffer, decoder, waits: 0 })
    }

    /// A handle that writes.
    pub fn writer(&self) -> Writer {
        self.writer.clone()
    }

    /// Sends one text message.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn send(&self, text: &[u8]) -> Result<()> {
        let mut out = Vec::with_capacity(text.len() + frame::MAX_HEADER);
        append_text(&mut out, text);
        Ok(self.writer.write(&out).await?)
    }

    /// The next text message; `None` when the server closed in order.
    ///
    /// # Errors
    /// When the connection breaks or the server breaks the protocol.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        loop {
            match self.take()? {
                Some(Incoming::Text(text)) => return Ok(Some(text)),
                Some(Incoming::Ping(payload)) => self.pong(&payload).await?,
                Some(Incoming::Close { .. }) => return Ok(None),
                Some(_) => {}
                None => {
                    if !self.fill().await? {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// A text message that has already arrived, without waiting.
    ///
    /// # Errors
    /// As [`Socket::next`]; also when the server closes.
    pub fn arrived(&mut self) -> Result<Option<Bytes>> {
        let mut pongs = Vec::new();
        let arrived = self.arrived_while_writing(&mut pongs)?;
        if !pongs.is_empty() {
            self.writer.try_write(&pongs)?;
        }
        Ok(arrived)
    }

    /// The same for one whose writer may be in the middle of a frame: answers to pings are added to what it writes.
    ///
    /// # Errors
    /// As [`Socket::arrived`].
    pub fn arrived_while_writing(&mut self, rest: &mut Vec<u8>) -> Result<Option<Bytes>> {
        loop {
            match self.take()? {
                Some(Incoming::Text(text)) => return Ok(Some(text)),
                Some(Incoming::Ping(payload)) => {
                    frame::append_masked(rest, Opcode::Pong, &payload, rand::random())
                }
                Some(Incoming::Close { code, .. }) => bail!("the server closed: {code:?}"),
                Some(_) => {}
                None => return Ok(None),
            }
        }
    }

    fn take(&mut self) -> Result<Option<Incoming>> {
        if self.buffer.is_empty() {
            return Ok(None);
        }
        let incoming = self.decoder.next(&mut self.buffer)?;
        if self.buffer.is_empty() {
            self.buffer = BytesMut::new();
        }
        Ok(incoming)
    }

    /// Waits for bytes; false when the stream has ended.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn fill(&mut self) -> Result<bool> {
        let Self { reader, buffer, .. } = self;
        Ok(poll_fn(|cx| poll_fill(reader, buffer, cx)).await? > 0)
    }

    /// Waits for bytes, and shows every text message that is whole now; false when the stream has ended. What
    /// comes in one piece is shown where it lies, without memory of its own.
    ///
    /// # Errors
    /// As [`Socket::arrived`].
    pub async fn hear(&mut self, mut each: impl FnMut(&[u8])) -> Result<bool> {
        let Self { reader, buffer, waits, .. } = self;
        if waits.is_multiple_of(REMIND) {
            reader.as_ref().set_quickack(false)?;
        }
        *waits = waits.wrapping_add(1);
        let filled = poll_fn(|cx| {
            poll_read(reader, cx, |mut bytes| {
                while buffer.is_empty()
                    && let Some((text, rest)) = split_text(bytes)
                {
                    each(text);
                    bytes = rest;
                }
                buffer.extend_from_slice(bytes);
            })
        });
        if filled.await? == 0 {
            return Ok(false);
        }
        while let Some(text) = self.arrived()? {
            each(&text);
        }
        Ok(true)
    }

    async fn pong(&self, payload: &[u8]) -> Result<()> {
        Ok(self.writer.write(&pong(payload)).await?)
    }
}

/// Appends what has arrived, and says how much that was.
fn poll_fill(
    reader: &mut OwnedReadHalf,
    buffer: &mut BytesMut,
    cx: &mut Context<'_>,
) -> Poll<io::Result<usize>> {
    poll_read(reader, cx, |bytes| buffer.extend_from_slice(bytes))
}

/// Hands on what has arrived, and says how much that was. Not by `try_read_buf`: after a short read that would ask the
/// kernel once more to learn that nothing is left.
fn poll_read(
    reader: &mut OwnedReadHalf,
    cx: &mut Context<'_>,
    take: impl FnOnce(&[u8]),
) -> Poll<io::Result<usize>> {
    SCRATCH.with_borrow_mut(|scratch| {
        let mut read = ReadBuf::new(scratch);
        let polled = Pin::new(reader).poll_read(cx, &mut read);
        take(read.filled());
        polled.map_ok(|()| read.filled().len())
    })
}

/// The text of the frame in front, and what follows it; nothing where that is not a whole message.
fn split_text(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, payload) = match *bytes {
        [TEXT, length @ ..=125, ..] => (usize::from(length), &bytes[2..]),
        [TEXT, 126, high, low, ..] => (usize::from(u16::from_be_bytes([high, low])), &bytes[4..]),
        _ => return None,
    };
    payload.split_at_checked(length)
}

/// The first byte of a message of text in one frame (RFC 6455, section 5.2).
const TEXT: u8 = 0x81;

fn pong(payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    frame::append_masked(&mut out, Opcode::Pong, payload, rand::random());
    out
}

/// Appends a client's text message, masked.
pub fn append_text(out: &mut Vec<u8>, text: &[u8]) {
    frame::append_masked(out, Opcode::Text, text, rand::random());
}
