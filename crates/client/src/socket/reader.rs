//! The receiving half of a live connection, a task of its own. It notices a dead connection by its
//! silence: the server is heard from at least once in every heartbeat.

use super::{Commands, Frame, frames};
use crate::Error;
use bytes::BytesMut;
use chinwag_wire::websocket::{Decoder, Incoming};
use std::time::Duration;
use tokio::{io::AsyncReadExt as _, net::tcp::OwnedReadHalf, sync::mpsc, time::timeout};

pub(super) struct Reader {
    pub(super) io: OwnedReadHalf,
    pub(super) buffer: BytesMut,
    pub(super) decoder: Decoder,
    /// Silence for this long means that the connection is dead.
    pub(super) silence: Duration,
    pub(super) commands: Commands,
    pub(super) heard: mpsc::Sender<Frame>,
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.commands.close(Error::lost("the connection was dropped"));
    }
}

impl Reader {
    /// Reads until the connection ends, then tells everyone who waits.
    pub(super) async fn run(mut self) {
        let (code, reason) = match self.read().await {
            Ok((code, reason)) => (code, reason),
            Err(error) => (None, error.to_string()),
        };
        self.commands.close(Error::Closed { code, reason: reason.clone() });
        // Whoever listened may have stopped.
        let _ = self.heard.send(Frame::Closed { code, reason }).await;
    }

    /// Reads until the server says goodbye.
    async fn read(&mut self) -> Result<(Option<u16>, String), Error> {
        loop {
            while let Some(incoming) = self.decoder.next(&mut self.buffer).map_err(Error::unread)? {
                match incoming {
                    Incoming::Text(text) => self.take(&text).await?,
                    Incoming::Ping(payload) => self.commands.pong(payload),
                    Incoming::Close { code, reason } => {
                        return Ok((code, String::from_utf8_lossy(&reason).into_owned()));
                    }
                    Incoming::Binary(_) | Incoming::Pong(_) => {}
                }
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> Result<(), Error> {
        if self.buffer.is_empty() {
            // A long frame is not kept around once it was read.
            self.buffer = BytesMut::new();
        }
        self.buffer.reserve(2048);
        match timeout(self.silence, self.io.read_buf(&mut self.buffer)).await {
            Ok(Ok(0)) => Err(Error::lost("the server hung up")),
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(Error::lost(error.to_string())),
            Err(_) => Err(Error::lost("nothing was heard for two heartbeats")),
        }
    }

    async fn take(&mut self, text: &[u8]) -> Result<(), Error> {
        match frames::read(text)? {
            frames::Received::Reply { id, answer } => self.commands.answer(id, answer),
            frames::Received::Frame(frame) => {
                // Nobody listens: replies still find their commands.
                let _ = self.heard.send(frame).await;
            }
            frames::Received::Unknown => tracing::debug!("a frame of an unknown kind"),
        }
        Ok(())
    }
}
