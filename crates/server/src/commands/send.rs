//! `chinwag send`: a message from a script or a person, stored once even if the connection breaks.

use super::{Failure, Outcome, access::Access, target::Target};
use chinwag_client::{Client, ClientOptions};
use chinwag_wire::{Content, ConversationId, Sent};
use std::{
    io::{self, BufRead, Write},
    time::Duration,
};
use tokio::time::timeout;

const EXAMPLES: &str = "\
Without a text, every line of the standard input is a message. A message counts as sent when the server has
stored it durably; until then it is tried again, also over a restart of the server, and stored once.

Examples:
  chinwag send --user ada bob 'Lunch at noon?'
  uptime | CHINWAG_USER=ci CHINWAG_PASSWORD=… chinwag send '#builds'";

/// Send a message, or one for each line of the input
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Send {
    #[command(flatten)]
    access: Access,
    /// A username, `#room`, or the id of a conversation
    to: Target,
    /// The text
    text: Option<String>,
    /// Answer with one JSON object for each message stored
    #[arg(long)]
    json: bool,
    /// Seconds to go on trying, for each message
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    timeout: u64,
}

impl Send {
    pub(super) async fn run(self) -> Outcome {
        let session = self.access.sign_in().await?;
        let conversation = self.to.find(&session.http).await?.id;
        // What happens there meanwhile is nobody's business here.
        let (client, _) =
            Client::start(ClientOptions::new(&self.access.server, session.credentials))?;
        let outcome = self.send_all(&client, conversation).await;
        client.stop();
        // The messages are stored; a session that could not be ended ends by itself.
        drop(session.http.sign_out().await);
        outcome
    }

    async fn send_all(&self, client: &Client, to: ConversationId) -> Outcome {
        if let Some(text) = &self.text {
            return self.send_one(client, to, text.clone()).await;
        }
        for line in io::stdin().lock().lines() {
            let line = line?;
            if !line.is_empty() {
                self.send_one(client, to, line).await?;
            }
        }
        Ok(())
    }

    async fn send_one(&self, client: &Client, to: ConversationId, text: String) -> Outcome {
        let patience = Duration::from_secs(self.timeout);
        let sent = timeout(patience, client.send(to, Content::Text(text))).await;
        let sent = sent.map_err(|_| {
            Failure::Unreachable(format!(
                "not stored within {patience:?}: it may or may not be there"
            ))
        })??;
        self.tell(&sent)
    }

    fn tell(&self, sent: &Sent) -> Outcome {
        let mut out = io::stdout().lock();
        if self.json {
            writeln!(out, "{}", serde_json::to_string(sent).map_err(anyhow::Error::new)?)?;
        }
        Ok(())
    }
}
