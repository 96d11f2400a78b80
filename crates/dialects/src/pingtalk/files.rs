//! Files: sent in a form, written into messages as far as an answer has room, and given to participants.

use super::{
    chats::{find, not_in_it, text},
    credentials::caller,
    documents::message,
    limits::count_message,
    outcome::created,
};
use crate::{
    asked::Asked,
    desk::Desk,
    form,
    refusal::{Answer, Refusal, invalid},
};
use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use chinwag_api::{Failure, file_answer};
use chinwag_chat::{Actor, Posting, Viewer, bounds::CONTENT_BYTES};
use chinwag_wire::{Code, Content, ConversationId, File, FileId, Message, Problem, SendMessage};
use futures_util::{TryStreamExt as _, stream};
use std::{collections::HashMap, future::ready};

/// Most bytes of a file.
const BYTES: usize = 5 * 1024 * 1024;
/// Most bytes of the form that brings it.
const FORM: usize = 6 * 1024 * 1024;
/// Most bytes of files that are written into one answer.
const TOGETHER: i64 = 20 * 1024 * 1024;

/// `POST /chat/send-file`.
pub(super) async fn send(State(desk): State<Desk>, request: Request) -> Answer {
    let (asked, body) = Asked::apart(request);
    let actor = caller(&desk, &asked).await?;
    count_message(&desk, &actor)?;
    let slot = desk.chat.upload_slot(&actor)?;
    let sent = form::receive(&asked.headers, body, FORM).await.map_err(too_large)?;
    drop(slot);
    let file = sent.file.filter(|file| file.name == "file" && !file.bytes.is_empty());
    let file = file.ok_or_else(|| invalid("file").in_words("No file provided"))?;
    let chat = text(&sent.fields, "chatId");
    let chat = chat.ok_or_else(|| invalid("chatId").in_words("chatId is required"))?;
    let chat = find(&desk, chat).await?;
    desk.chat.overview(&actor, chat).await.map_err(not_in_it)?;
    if file.bytes.len() > BYTES {
        return Err(too_large(Code::TooLarge.into()));
    }
    let words = text(&sent.fields, "text").unwrap_or_default();
    if words.len() > CONTENT_BYTES {
        return Err(invalid("text").in_words("Message too long"));
    }
    let arriving = stream::once(ready(Ok(file.bytes.clone())));
    let stored = desk.chat.upload_anything(&actor, &file.file_name, arriving).await?;
    let said = post(&desk, &actor, chat, words, &stored).await?;
    Ok(created(&message(&said, &[], Some(STANDARD.encode(&file.bytes)))))
}

fn too_large(refusal: Refusal) -> Refusal {
    match refusal.problem.code {
        Code::TooLarge => refusal.in_words("File too large"),
        _ => refusal,
    }
}

/// Sends a file that was taken in; one that cannot be sent is not kept.
async fn post(
    desk: &Desk,
    actor: &Actor,
    chat: ConversationId,
    words: &str,
    file: &File,
) -> Result<Message, Refusal> {
    let body = SendMessage {
        client_id: None,
        content: Content::Text(words.to_owned()),
        subject: None,
        reply_to: None,
        attachments: vec![file.id],
    };
    match desk.chat.post(actor, chat, body, Posting::default()).await {
        Ok((sent, _)) => Ok(desk.chat.message(&Viewer::Account(*actor), chat, sent.seq).await?),
        Err(problem) => {
            // Where it cannot be removed now, it is swept later.
            let _ = desk.chat.remove_file(actor, file.id).await;
            Err(not_in_it(problem))
        }
    }
}

/// The files of messages, in base 64, as far as there is room.
pub(super) struct Inlined(HashMap<FileId, String>);

impl Inlined {
    /// Reads them, those of the newest messages first; none, where none is wanted.
    pub(super) async fn read(
        desk: &Desk,
        actor: &Actor,
        messages: &[Message],
        wanted: bool,
    ) -> Self {
        let mut files = HashMap::new();
        let newest = messages.iter().rev().filter_map(|message| message.attachments.first());
        let mut room = TOGETHER;
        let fitting: Vec<&File> = newest
            .filter(|_| wanted)
            .take_while(|file| {
                room -= file.size;
                room >= 0
            })
            .collect();
        for file in fitting {
            // One that cannot be read now is told by its address, as if there were no room for it.
            if let Ok(bytes) = bytes(desk, actor, file.id).await {
                files.insert(file.id, STANDARD.encode(bytes));
            }
        }
        Self(files)
    }

    /// The file of a message: empty, where it is to be downloaded.
    pub(super) fn of(&self, message: &Message) -> Option<String> {
        let file = message.attachments.first()?;
        Some(self.0.get(&file.id).cloned().unwrap_or_default())
    }
}

async fn bytes(desk: &Desk, actor: &Actor, id: FileId) -> Result<Bytes, Problem> {
    let download = desk.chat.download(&Viewer::Account(*actor), id, None).await?;
    let mut chunks = download.read(None).await?;
    let mut whole = Vec::new();
    while let Some(chunk) = chunks.try_next().await? {
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.into())
}

/// `GET /chat/files/:fileId`.
pub(super) async fn download(State(desk): State<Desk>, asked: Asked) -> Answer {
    let actor = caller(&desk, &asked).await?;
    let nothing = || Refusal::from(Code::FileNotFound);
    let id = asked.part(3).and_then(|id| id.parse::<FileId>().ok()).ok_or_else(nothing)?;
    let download = desk.chat.download(&Viewer::Account(actor), id, None).await?;
    let answered = file_answer(&Method::GET, &asked.headers, &download).await;
    let mut response = answered.map_err(|Failure(problem)| Refusal::from(problem))?;
    // Pages of deployed clients come from another port of the same site.
    let policy = HeaderValue::from_static("same-site");
    response.headers_mut().insert("cross-origin-resource-policy", policy);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("cookie, authorization"));
    Ok(response)
}
