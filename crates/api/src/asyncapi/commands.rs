//! The table of commands: name, what it does, what it takes, what it answers.

use super::schemas::Schemas;
use chinwag_wire::{
    Account, AccountChanges, AccountId, Audience, Changes, Contact, ContactRequest, Conversation,
    Message, MessagePage, NewReport, Page, Presence, Problem, Profile, Receipt, Report,
    RequestContact, Sent, Settings, UpdateProfile, UpdateSettings,
    frame::{
        Authors, Delete, Edit, Hello, History, InConversation, ListContacts, ListConversations,
        ListRequests, MarkIn, OfAccount, OfRequest, OfWhom, Ready, SearchAccounts, Send,
        SetPresence, Sync, SyncAccount, TypingIn,
    },
};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// A command of the socket.
pub(super) struct Command {
    pub(super) name: &'static str,
    about: &'static str,
    with: fn(&mut Schemas) -> Value,
    ok: fn(&mut Schemas) -> Value,
}

const fn command<With: ToSchema, Ok: ToSchema>(name: &'static str, about: &'static str) -> Command {
    Command { name, about, with: Schemas::refer::<With>, ok: Schemas::refer::<Ok> }
}

/// An object without anything in it.
#[derive(ToSchema)]
struct Nothing {}

/// Command `renew`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "described, never made")]
struct Renew {
    /// A newer access token of the same session.
    token: String,
}

/// Command `presence_of`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "described, never made")]
struct PresenceOf {
    /// Whose presence; 200 at most.
    account_ids: Vec<AccountId>,
}

/// Every command.
pub(super) const COMMANDS: &[Command] = &[
    command::<Hello, Ready>("hello", "The first frame: who connects, and what they have already."),
    command::<Send, Sent>(
        "send",
        "Send a message. The same `client_id` again is answered with what was stored first.",
    ),
    command::<Edit, Message>("edit", "Edit a message of one's own."),
    command::<Delete, Message>("delete", "Delete a message; its tombstone stays."),
    command::<MarkIn, Receipt>("mark", "Say how far one has received and read."),
    command::<TypingIn, Nothing>("typing", "Tell the others that one is typing."),
    command::<Sync, Changes>("sync", "Read what changed in a conversation since a `rev`."),
    command::<History, MessagePage>("history", "Read a page of messages."),
    command::<ListConversations, Page<Conversation>>("conversations", "List one's conversations."),
    command::<InConversation, Conversation>("conversation", "Read a conversation."),
    command::<InConversation, Conversation>("join", "Join a room."),
    command::<InConversation, Nothing>("leave", "Leave a group or room."),
    command::<InConversation, Conversation>(
        "watch",
        "Hear a room that guests may read, without joining it.",
    ),
    command::<InConversation, Nothing>("unwatch", "Stop hearing it."),
    command::<SetPresence, Nothing>("presence", "Choose how one appears."),
    command::<PresenceOf, Page<Presence>>("presence_of", "Read the presence of others."),
    command::<NewReport, Report>("report", "Report a message or an account to staff."),
    command::<Authors, Page<Account>>(
        "authors",
        "Read the names of those who wrote what one may read.",
    ),
    command::<InConversation, Audience>("audience", "Count who has a room open."),
    command::<RequestContact, ContactRequest>(
        "request_contact",
        "Ask somebody to be a contact, or accept what they asked.",
    ),
    command::<ListRequests, Page<ContactRequest>>(
        "contact_requests",
        "List the contact requests one sent or received.",
    ),
    command::<OfRequest, ContactRequest>("accept_contact", "Accept a contact request."),
    command::<OfRequest, ContactRequest>("reject_contact", "Reject a contact request."),
    command::<OfRequest, Nothing>("cancel_contact", "Take back a contact request."),
    command::<ListContacts, Page<Contact>>("contacts", "List one's contacts."),
    command::<OfAccount, Nothing>("remove_contact", "Remove a contact, on both sides."),
    command::<SyncAccount, AccountChanges>(
        "sync_account",
        "Read what changed of one's account since an `account_rev`.",
    ),
    command::<Nothing, Settings>("settings", "Read one's settings."),
    command::<UpdateSettings, Settings>("update_settings", "Change one's settings."),
    command::<OfWhom, Profile>("profile", "Read one's own profile, or somebody's."),
    command::<UpdateProfile, Profile>("update_profile", "Change one's profile."),
    command::<SearchAccounts, Page<Account>>(
        "search_accounts",
        "Find people by how a name begins, or by the whole email address.",
    ),
    command::<Renew, Nothing>("renew", "Go on with a newer access token."),
    command::<Nothing, Nothing>("ping", "Ask for a sign of life."),
];

impl Command {
    /// What its message is called in the document.
    pub(super) fn key(&self) -> String {
        format!("do.{}", self.name)
    }

    /// What the message of its reply is called.
    pub(super) fn reply_key(&self) -> String {
        format!("reply.{}", self.name)
    }

    pub(super) fn message(&self, schemas: &mut Schemas) -> Value {
        let properties = json!({"id": {"type": "integer", "minimum": 0}, "do": {"const": self.name}, "with": (self.with)(schemas)});
        json!({"name": self.name, "summary": self.about, "payload": {"type": "object", "required": ["id", "do"], "properties": properties}})
    }

    pub(super) fn reply(&self, schemas: &mut Schemas) -> Value {
        let (id, ok, error) = (
            json!({"type": "integer", "minimum": 0}),
            (self.ok)(schemas),
            schemas.refer::<Problem>(),
        );
        let shape = |key: &str, value: Value| json!({"type": "object", "required": ["id", key], "properties": {"id": id, key: value}});
        json!({"summary": format!("Answers `{}`.", self.name), "payload": {"oneOf": [shape("ok", ok), shape("error", error)]}})
    }

    pub(super) fn operation(&self) -> Value {
        let message = |name: &str| json!({"$ref": format!("#/channels/socket/messages/{name}")});
        json!({
            "action": "receive",
            "channel": {"$ref": "#/channels/socket"},
            "summary": self.about,
            "messages": [message(&self.key())],
            "reply": {"channel": {"$ref": "#/channels/socket"}, "messages": [message(&self.reply_key())]},
        })
    }
}
