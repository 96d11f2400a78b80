//! HTTP/1.1 (RFC 9112) as thin as measuring needs: one kept connection, one request at a time.

use anyhow::{Context as _, Result, bail, ensure};
use bytes::{Buf as _, Bytes, BytesMut};
use serde::{Serialize, de::DeserializeOwned};
use std::{io::Write as _, net::SocketAddr, time::Duration};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Refused for want of capacity: how often the same request is tried again.
const RETRIES: u32 = 200;

/// A client of one server.
#[derive(Debug)]
pub struct Http {
    address: SocketAddr,
    stream: Option<TcpStream>,
    read: BytesMut,
    write: Vec<u8>,
}

/// What was answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The whole body.
    pub body: Bytes,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// `GET`, `POST`, …
    pub method: &'a str,
    /// Path and query.
    pub path: &'a str,
    /// Sent as a bearer token.
    pub token: Option<&'a str>,
    /// A JSON body.
    pub body: Option<&'a [u8]>,
}

impl Http {
    /// Connects at the first request.
    pub fn new(address: SocketAddr) -> Self {
        Self { address, stream: None, read: BytesMut::new(), write: Vec::new() }
    }

    /// Sends one request and reads its answer. A kept connection that turns out to be closed is
    /// replaced once.
    ///
    /// # Errors
    /// When the server cannot be reached or does not speak HTTP.
    pub async fn request(&mut self, request: Request<'_>) -> Result<Answer> {
        let kept = self.stream.is_some();
        match self.exchange(request).await {
            Err(_) if kept => {
                self.stream = None;
                self.exchange(request).await
            }
            answer => answer,
        }
    }

    async fn exchange(&mut self, request: Request<'_>) -> Result<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(self.address).await?,
        };
        self.read.clear();
        self.write.clear();
        write_request(&mut self.write, self.address, request)?;
        stream.write_all(&self.write).await?;
        let answer = read_answer(&mut stream, &mut self.read).await?;
        self.stream = Some(stream);
        Ok(answer)
    }

    /// Sends JSON and reads JSON; a server that is busy is asked again.
    ///
    /// # Errors
    /// As [`Http::request`], and when the answer is not a success of the expected shape.
    pub async fn json<T: DeserializeOwned>(
        &mut self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<&(impl Serialize + Sync)>,
    ) -> Result<T> {
        let body = body.map(serde_json::to_vec).transpose()?;
        let answer = self.patiently(Request { method, path, token, body: body.as_deref() }).await?;
        let text = String::from_utf8_lossy(&answer.body);
        ensure!(answer.status < 300, "{method} {path}: {} {text}", answer.status);
        serde_json::from_slice(if answer.body.is_empty() { b"null" } else { &answer.body })
            .with_context(|| format!("{method} {path}: unexpected answer {text}"))
    }

    /// The same request again while the server says that it is busy.
    ///
    /// # Errors
    /// As [`Http::request`].
    pub async fn patiently(&mut self, request: Request<'_>) -> Result<Answer> {
        for _ in 0..RETRIES {
            let answer = self.request(request).await?;
            if !matches!(answer.status, 429 | 503) {
                return Ok(answer);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("{} {}: the server stays busy", request.method, request.path)
    }
}

async fn connect(address: SocketAddr) -> Result<TcpStream> {
    let stream =
        TcpStream::connect(address).await.with_context(|| format!("connect to {address}"))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Writes the head and the body as they travel.
///
/// # Errors
/// Never in practice: the writer is memory.
pub fn write_request(out: &mut Vec<u8>, host: SocketAddr, request: Request<'_>) -> Result<()> {
    write!(out, "{} {} HTTP/1.1\r\nhost: {host}\r\n", request.method, request.path)?;
    if let Some(token) = request.token {
        write!(out, "authorization: Bearer {token}\r\n")?;
    }
    match request.body {
        Some(body) => {
            write!(
                out,
                "content-type: application/json\r\ncontent-length: {}\r\n\r\n",
                body.len()
            )?;
            out.extend_from_slice(body);
        }
        None if request.method == "GET" => out.extend_from_slice(b"\r\n"),
        None => out.extend_from_slice(b"content-length: 0\r\n\r\n"),
    }
    Ok(())
}

/// Room for an answer: most come in one piece, and none is moved to where there is more.
const ROOM: usize = 64 * 1024;

async fn read_answer(stream: &mut TcpStream, buffer: &mut BytesMut) -> Result<Answer> {
    let head = read_head(stream, buffer).await?;
    let status = head.status()?;
    if matches!(status, 204 | 304) {
        return Ok(Answer { status, body: Bytes::new() });
    }
    let length: usize = head
        .value("content-length")
        .with_context(|| format!("an answer without a length: {}", head.0))?
        .parse()?;
    while buffer.len() < length {
        buffer.reserve(length - buffer.len());
        ensure!(stream.read_buf(buffer).await? > 0, "the connection closed within a body");
    }
    Ok(Answer { status, body: buffer.split_to(length).freeze() })
}

/// The status line and the header fields of an answer.
#[derive(Debug)]
pub struct Head(String);

impl Head {
    /// The status code.
    ///
    /// # Errors
    /// When the status line has none.
    pub fn status(&self) -> Result<u16> {
        let code = self.0.split(' ').nth(1).context("no status line")?;
        Ok(code.trim().parse()?)
    }

    /// The value of the first field of this name.
    pub fn value(&self, name: &str) -> Option<&str> {
        let fields = self.0.lines().skip(1).filter_map(|line| line.split_once(':'));
        fields
            .into_iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }
}

/// Reads up to the empty line; what follows stays in the buffer.
///
/// # Errors
/// When the connection ends or the head grows beyond 64 KiB.
pub async fn read_head(stream: &mut TcpStream, buffer: &mut BytesMut) -> Result<Head> {
    loop {
        if let Some(end) = find(buffer, b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
            buffer.advance(end + 4);
            return Ok(Head(head));
        }
        ensure!(buffer.len() < 65_536, "the head of the answer does not end");
        buffer.reserve(ROOM);
        ensure!(stream.read_buf(buffer).await? > 0, "the connection closed");
    }
}

/// Where the needle begins.
pub fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(haystack, needle)
}
