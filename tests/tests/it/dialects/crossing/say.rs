//! Saying something to somebody, through whichever surface.

use super::{Surface, person::Person};
use crate::dialects::speaker::Speaker;
use chinwag_testkit::{TestServer, text_message, wire::Code};
use serde_json::json;

impl Person {
    /// Says something to somebody: whether it was taken, as the surface tells.
    pub(super) async fn say(
        &self,
        server: &TestServer,
        surface: Surface,
        to: &Self,
        chat: &str,
        text: &str,
    ) -> bool {
        match surface {
            Surface::Native => {
                let sent =
                    self.native.http.send(chat.parse().unwrap(), &text_message(None, text)).await;
                taken(sent.map_err(|error| error.code()), Some(Code::SendingNotAllowed))
            }
            Surface::MessagingService => {
                let body = json!({ "receiverUsername": to.username, "content": text });
                let said = self.service.post("/chat/messages/send", body).await;
                let (status, word) = said.at("status");
                assert_eq!(status, 200, "{said:?}");
                taken((word == "succeeded").then_some(()).ok_or(word), json!("failed"))
            }
            Surface::MessagingApp => {
                let body = json!({ "receiverUsername": to.username, "encryptedText": text, "clientMessageId": text });
                let said = self.app.post("/messages", body).await;
                taken(
                    (said.status == 201).then_some(()).ok_or_else(|| said.at("error")),
                    (403, json!("Message not allowed")),
                )
            }
            Surface::Pingtalk => self.say_live(server, chat, text).await,
        }
    }

    async fn say_live(&self, server: &TestServer, chat: &str, text: &str) -> bool {
        let mut speaker: Speaker = self.speak_ping(server, Some(chat)).await;
        speaker.emit("sendMessage", &[json!({ "chatId": chat, "text": text })]).await;
        speaker.emit("joinChat", &[json!({ "chatId": "none" })]).await;
        let error = speaker.hear("error").await;
        if error == "Not authorized" {
            return false;
        }
        assert_eq!(error, "Chat not found");
        while speaker.hear("receiveMessage").await["text"] != text {}
        true
    }
}

/// Taken, or refused in this way and no other.
#[track_caller]
pub(super) fn taken<T, E: PartialEq + std::fmt::Debug>(outcome: Result<T, E>, refusal: E) -> bool {
    outcome.map(drop).inspect_err(|error| assert_eq!(*error, refusal)).is_ok()
}
