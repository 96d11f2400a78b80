//! Sends a message for a surface that counts sends by a limit of its own, and whose clients name and repeat
//! messages by other rules than the native ones; and says something in the lobby.

use super::send::Sending;
use crate::{Actor, Chat, pressure::Class, text};
use chinwag_wire::{Code, ConversationId, Problem, SendMessage, Sent};

/// How a surface sends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Posting {
    /// What the sender keeps of the message, for itself alone.
    pub sender_copy: Option<String>,
    /// Whether a repeated client id gives the first message, whatever the repetition says.
    pub first_wins: bool,
}

impl Chat {
    /// Sends a message without counting it: that is the surface's to do. Client ids may be 1 to 128 characters.
    /// The second value is false where the same client id was sent before.
    ///
    /// # Errors
    /// As [`Chat::send`], but for `rate_limited`.
    #[crate::boxed]
    pub async fn post(
        &self,
        actor: &Actor,
        id: ConversationId,
        body: SendMessage,
        how: Posting,
    ) -> Result<(Sent, bool), Problem> {
        self.pressure.admit(Class::Send)?;
        text::content(&body.content, &body.attachments)?;
        if let Some(subject) = &body.subject {
            text::foreign_subject(subject)?;
        }
        if let Some(client_id) = &body.client_id {
            text::foreign_client_id(client_id)?;
        }
        if let Some(copy) = &how.sender_copy {
            text::copy(copy)?;
        }
        let sending = Sending { how, ..self.sending(actor, id, body) };
        self.hand_in(sending).await
    }

    /// Says something in the lobby, without counting it. Who is not in it yet comes in.
    ///
    /// # Errors
    /// As [`Chat::post`].
    #[crate::boxed]
    pub async fn post_in_lobby(
        &self,
        actor: &Actor,
        body: SendMessage,
        how: Posting,
    ) -> Result<Sent, Problem> {
        let lobby = self.lobby().await?;
        match self.post(actor, lobby, body.clone(), how.clone()).await {
            Err(problem) if problem.code == Code::Forbidden => {
                self.join(actor, lobby).await?;
                Ok(self.post(actor, lobby, body, how).await?.0)
            }
            outcome => Ok(outcome?.0),
        }
    }
}
