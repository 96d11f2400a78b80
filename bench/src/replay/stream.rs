//! Server-sent events as a script would read them: an HTTP answer without end, chunk by chunk.

use crate::http::{self, Request};
use anyhow::{Context as _, Result, ensure};
use bytes::{Buf as _, BytesMut};
use std::io::Write as _;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// One event of the stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamEvent {
    /// What to resume from.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// Its content.
    pub data: String,
}

/// An open stream.
#[derive(Debug)]
pub struct EventStream {
    stream: TcpStream,
    chunks: BytesMut,
    text: BytesMut,
}

impl EventStream {
    /// Opens it, behind the event of this id where one is given.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses.
    pub async fn open(address: SocketAddr, token: &str, last: Option<&str>) -> Result<Self> {
        let mut stream = TcpStream::connect(address).await?;
        let mut out = Vec::new();
        let request = Request { method: "GET", path: "/v1/events", token: Some(token), body: None };
        http::write_request(&mut out, address, request)?;
        out.truncate(out.len() - 2);
        write!(out, "accept: text/event-stream\r\n")?;
        if let Some(last) = last {
            write!(out, "last-event-id: {last}\r\n")?;
        }
        out.extend_from_slice(b"\r\n");
        stream.write_all(&out).await?;
        let mut chunks = BytesMut::new();
        let head = http::read_head(&mut stream, &mut chunks).await?;
        ensure!(head.status()? == 200, "the stream was refused: {head:?}");
        Ok(Self { stream, chunks, text: BytesMut::new() })
    }

    /// The next event; nothing when the stream has ended. Safe to drop while waiting.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn next(&mut self) -> Result<Option<StreamEvent>> {
        loop {
            while let Some(end) = http::find(&self.text, b"\n\n") {
                let block = self.text.split_to(end + 2);
                let event = parse(std::str::from_utf8(&block)?);
                if !event.data.is_empty() {
                    return Ok(Some(event));
                }
            }
            if !self.unchunk()? && self.stream.read_buf(&mut self.chunks).await? == 0 {
                return Ok(None);
            }
        }
    }

    /// Moves one whole chunk (RFC 9112, section 7.1) into the text, if there is one.
    fn unchunk(&mut self) -> Result<bool> {
        let Some(line) = http::find(&self.chunks, b"\r\n") else { return Ok(false) };
        let digits = std::str::from_utf8(&self.chunks[..line])?;
        let size = usize::from_str_radix(digits.trim(), 16).context("not a chunk")?;
        if self.chunks.len() < line + 2 + size + 2 {
            return Ok(false);
        }
        self.chunks.advance(line + 2);
        self.text.extend_from_slice(&self.chunks[..size]);
        self.chunks.advance(size + 2);
        Ok(size > 0)
    }
}

/// The fields of one block (HTML standard, section 9.2.6); comments are passed over.
fn parse(block: &str) -> StreamEvent {
    let mut event = StreamEvent::default();
    for line in block.lines() {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "id" => event.id = Some(value.to_owned()),
            "event" => event.name = value.to_owned(),
            "data" if event.data.is_empty() => event.data = value.to_owned(),
            "data" => event.data = format!("{}\n{value}", event.data),
            _ => {}
        }
    }
    event
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_fields_and_passes_over_comments() {
        let event = parse(": beat\nid: 7\nevent: message_created\ndata: {\"a\":1}\n\n");
        let expected = StreamEvent {
            id: Some("7".into()),
            name: "message_created".into(),
            data: "{\"a\":1}".into(),
        };
        assert_eq!(event, expected);
        assert_eq!(parse(": beat\n\n").data, "");
    }
}
