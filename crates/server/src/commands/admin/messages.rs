//! `chinwag admin messages`: deleting what should not stand there.

use super::Asking;
use crate::commands::Outcome;
use chinwag_client::Http;
use chinwag_wire::ConversationId;
use std::io::{self, Write};

/// Delete messages
#[derive(Debug, clap::Subcommand)]
pub enum Messages {
    /// Delete somebody's message; its number stays
    Delete(Delete),
}

#[derive(Debug, clap::Args)]
pub struct Delete {
    #[command(flatten)]
    asking: Asking,
    /// Id of the conversation
    conversation: ConversationId,
    /// Number of the message
    seq: i64,
}

impl Messages {
    pub(super) async fn run(self) -> Outcome {
        let Self::Delete(delete) = self;
        delete.asking.with(async |http| delete.run(http).await).await
    }
}

impl Delete {
    async fn run(&self, http: &Http) -> Outcome {
        let tombstone = http.delete_as_staff(self.conversation, self.seq).await?;
        let said = match self.asking.json {
            true => serde_json::to_string(&tombstone).map_err(anyhow::Error::new)?,
            false => format!("Message {} of {} is deleted.", self.seq, self.conversation),
        };
        Ok(writeln!(io::stdout(), "{said}")?)
    }
}
