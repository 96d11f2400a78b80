//! What a message says, where only text can be said.

use chinwag_wire::{Content, Message};

/// Its text, or the names of its files where it has none; nothing once it is deleted.
pub(crate) fn readable(message: &Message) -> String {
    match &message.content {
        Some(Content::Text(text) | Content::Encrypted(text)) if !text.is_empty() => text.clone(),
        _ => {
            let names = message.attachments.iter().map(|file| format!("[file: {}]", file.name));
            names.collect::<Vec<_>>().join(" ")
        }
    }
}
