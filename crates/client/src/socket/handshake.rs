//! The opening handshake from the client's side (RFC 6455, section 4.1), over plain TCP.

use crate::Error;
use bytes::BytesMut;
use chinwag_wire::{Problem, websocket::handshake};
use reqwest::Url;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// The largest answer that is read.
const MOST: usize = 16 * 1024;

/// Opens a WebSocket connection: the stream, and what was read beyond the handshake.
pub(super) async fn open(url: &str) -> Result<(TcpStream, BytesMut), Error> {
    let url = Url::parse(url).map_err(|error| Error::NotUnderstood(format!("{url}: {error}")))?;
    if !matches!(url.scheme(), "http" | "ws") {
        return Err(Error::NotUnderstood(format!(
            "{}: only plain http and ws are spoken",
            url.scheme()
        )));
    }
    let host =
        url.host_str().ok_or_else(|| Error::NotUnderstood("the URL names no host".into()))?;
    let port = url.port().unwrap_or(80);
    let mut io = TcpStream::connect((host.trim_matches(['[', ']']), port)).await?;
    io.set_nodelay(true)?;
    let key = handshake::request_key(rand::random());
    io.write_all(request(&url, host, port, &key).as_bytes()).await?;
    let mut buffer = BytesMut::with_capacity(4096);
    accept(&mut io, &mut buffer, &handshake::accept_key(&key)).await?;
    Ok((io, buffer))
}

fn request(url: &Url, host: &str, port: u16, key: &str) -> String {
    let path = if url.path() == "/" { "/v1/socket" } else { url.path() };
    format!(
        "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chinwag.v1\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    )
}

/// Reads the server's answer and leaves in the buffer what follows it.
async fn accept(io: &mut TcpStream, buffer: &mut BytesMut, proof: &str) -> Result<(), Error> {
    let end = loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if buffer.len() > MOST {
            return Err(Error::NotUnderstood("the answer to the handshake is too long".into()));
        }
        if io.read_buf(buffer).await? == 0 {
            return Err(Error::lost("the server hung up during the handshake"));
        }
    };
    let head = buffer.split_to(end);
    let head = String::from_utf8_lossy(&head);
    match status(&head) {
        Some(101) if header(&head, "sec-websocket-accept") == Some(proof) => Ok(()),
        Some(101) => {
            Err(Error::NotUnderstood("the server's proof of the handshake is wrong".into()))
        }
        Some(status) => Err(refusal(io, buffer, &head, status).await),
        None => Err(Error::NotUnderstood("the answer to the handshake is not HTTP".into())),
    }
}

/// Reads why the server refused.
async fn refusal(io: &mut TcpStream, buffer: &mut BytesMut, head: &str, status: u16) -> Error {
    let length = header(head, "content-length")
        .and_then(|length| length.parse().ok())
        .unwrap_or(0usize)
        .min(MOST);
    while buffer.len() < length && io.read_buf(buffer).await.is_ok_and(|read| read > 0) {}
    match serde_json::from_slice::<Problem>(buffer) {
        Ok(problem) => Error::Refused(problem),
        Err(_) => Error::NotUnderstood(format!("status {status}")),
    }
}

fn status(head: &str) -> Option<u16> {
    head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let lines = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}
