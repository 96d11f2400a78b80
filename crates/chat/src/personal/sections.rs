//! What an export holds: one section for each kind of thing that the server knows of a person. Each
//! reads up to a thousand rows of the account `?1` from the offset `?2`, in an order that stays.
//! Messages have a file of their own making, in `export.rs`, because there may be millions.

use crate::error::Result;
use chinwag_sql::{Row, Sql};
use chinwag_wire::Time;
use serde_json::{Map, Value, json};
use uuid::Uuid;

chinwag_sql::statements! {
    ACCOUNT = "SELECT id, username, display_name, email, email_verified_at, pending_email, role, created_at, last_seen_at, extra FROM accounts WHERE id = ?1 LIMIT 1000 OFFSET ?2";
    SESSIONS = "SELECT id, device, address, created_at, used_at, expires_at, ended_at FROM sessions WHERE account_id = ?1 ORDER BY created_at, id LIMIT 1000 OFFSET ?2";
    SIGN_INS = "SELECT at, succeeded, address, device FROM sign_ins WHERE account_id = ?1 ORDER BY at LIMIT 1000 OFFSET ?2";
    /// What staff did is in it, but not who of staff, nor from where.
    AUDIT = "SELECT seq, at, act, result, target, CASE WHEN actor_id <> ?1 THEN NULL ELSE session_id END, \
             CASE WHEN actor_id <> ?1 THEN NULL ELSE address END FROM audit WHERE account_id = ?1 ORDER BY seq LIMIT 1000 OFFSET ?2";
    PROFILE = "SELECT first_name, last_name, about, gender, age, status_text, public_key, avatar_id, picture_link, updated_at FROM profiles \
               WHERE account_id = ?1 LIMIT 1000 OFFSET ?2";
    SETTINGS = "SELECT direct_from, found_by_name, found_by_email, mail_contact_requests, mail_missed_messages FROM settings \
                WHERE account_id = ?1 LIMIT 1000 OFFSET ?2";
    CONTACTS = "SELECT c.contact_id, a.username, c.since FROM contacts c JOIN accounts a ON a.id = c.contact_id WHERE c.account_id = ?1 \
                ORDER BY c.since, c.contact_id LIMIT 1000 OFFSET ?2";
    /// Whom an address reached is not its sender's to know before that person accepts.
    CONTACT_REQUESTS = "SELECT id, from_id, CASE WHEN to_id = ?1 OR state = 'accepted' THEN to_id ELSE named_id END, \
                        CASE WHEN from_id = ?1 THEN email END, words, state, created_at, answered_at FROM contact_requests \
                        WHERE from_id = ?1 OR to_id = ?1 ORDER BY created_at, id LIMIT 1000 OFFSET ?2";
    BLOCKS = "SELECT b.blocked_id, a.username, b.created_at FROM blocks b JOIN accounts a ON a.id = b.blocked_id WHERE b.account_id = ?1 \
              ORDER BY b.created_at, b.blocked_id LIMIT 1000 OFFSET ?2";
    MEMBERSHIPS = "SELECT c.id, c.kind, c.name, m.role, m.joined_at, m.left_at, m.delivered_seq, m.delivered_at, m.read_seq, m.read_at, m.received_seq FROM members m \
                   JOIN conversations c ON c.id = m.conversation_id WHERE m.account_id = ?1 ORDER BY m.joined_at, c.id LIMIT 1000 OFFSET ?2";
    FILES = "SELECT id, name, media_type, size, created_at, conversation_id, seq FROM files WHERE account_id = ?1 ORDER BY id LIMIT 1000 OFFSET ?2";
    UPLOADS = "SELECT id, name, size, received, expires_at FROM uploads WHERE account_id = ?1 ORDER BY id LIMIT 1000 OFFSET ?2";
    SENDER_COPIES = "SELECT conversation_id, seq, copy FROM sender_copies WHERE account_id = ?1 ORDER BY conversation_id, seq LIMIT 1000 OFFSET ?2";
    REPORTS = "SELECT id, account_id, conversation_id, seq, reason, words, created_at FROM reports WHERE reporter_id = ?1 ORDER BY created_at, id LIMIT 1000 OFFSET ?2";
}

/// How many rows a section reads at once.
pub(super) const ROWS: usize = 1_000;

/// One kind of line.
pub(super) struct Section {
    /// Its name, as `type` of its lines.
    pub(super) name: &'static str,
    /// What reads it.
    pub(super) statement: &'static Sql,
    /// Its columns, in order.
    pub(super) columns: &'static [(&'static str, Kind)],
}

/// How a column is written.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Id,
    Text,
    Number,
    Flag,
    Instant,
}
use Kind::{Flag, Id, Instant, Number, Text};

/// Every section, in the order of the lines.
pub(super) static SECTIONS: &[Section] = &[
    Section {
        name: "account",
        statement: &ACCOUNT,
        columns: &[
            ("id", Id),
            ("username", Text),
            ("display_name", Text),
            ("email", Text),
            ("email_verified_at", Instant),
            ("pending_email", Text),
            ("role", Text),
            ("created_at", Instant),
            ("last_seen_at", Instant),
            ("extra", Text),
        ],
    },
    Section {
        name: "session",
        statement: &SESSIONS,
        columns: &[
            ("id", Id),
            ("device", Text),
            ("address", Text),
            ("created_at", Instant),
            ("used_at", Instant),
            ("expires_at", Instant),
            ("ended_at", Instant),
        ],
    },
    Section {
        name: "sign_in",
        statement: &SIGN_INS,
        columns: &[("at", Instant), ("succeeded", Flag), ("address", Text), ("device", Text)],
    },
    Section {
        name: "audit_entry",
        statement: &AUDIT,
        columns: &[
            ("seq", Number),
            ("at", Instant),
            ("act", Text),
            ("result", Text),
            ("target", Text),
            ("session_id", Id),
            ("address", Text),
        ],
    },
    Section {
        name: "profile",
        statement: &PROFILE,
        columns: &[
            ("first_name", Text),
            ("last_name", Text),
            ("about", Text),
            ("gender", Text),
            ("age", Number),
            ("status_text", Text),
            ("public_key", Text),
            ("avatar_id", Id),
            ("picture_link", Text),
            ("updated_at", Instant),
        ],
    },
    Section {
        name: "settings",
        statement: &SETTINGS,
        columns: &[
            ("direct_from", Text),
            ("found_by_name", Flag),
            ("found_by_email", Flag),
            ("mail_contact_requests", Flag),
            ("mail_missed_messages", Number),
        ],
    },
    Section {
        name: "contact",
        statement: &CONTACTS,
        columns: &[("account_id", Id), ("username", Text), ("since", Instant)],
    },
    Section {
        name: "contact_request",
        statement: &CONTACT_REQUESTS,
        columns: &[
            ("id", Id),
            ("from_id", Id),
            ("to_id", Id),
            ("email", Text),
            ("text", Text),
            ("state", Text),
            ("created_at", Instant),
            ("answered_at", Instant),
        ],
    },
    Section {
        name: "block",
        statement: &BLOCKS,
        columns: &[("account_id", Id), ("username", Text), ("created_at", Instant)],
    },
    Section {
        name: "membership",
        statement: &MEMBERSHIPS,
        columns: &[
            ("conversation_id", Id),
            ("kind", Text),
            ("name", Text),
            ("role", Text),
            ("joined_at", Instant),
            ("left_at", Instant),
            ("delivered", Number),
            ("delivered_at", Instant),
            ("read", Number),
            ("read_at", Instant),
            ("received", Number),
        ],
    },
    Section {
        name: "file",
        statement: &FILES,
        columns: &[
            ("id", Id),
            ("name", Text),
            ("media_type", Text),
            ("size", Number),
            ("created_at", Instant),
            ("conversation_id", Id),
            ("seq", Number),
        ],
    },
    Section {
        name: "upload",
        statement: &UPLOADS,
        columns: &[
            ("id", Id),
            ("name", Text),
            ("size", Number),
            ("received", Number),
            ("expires_at", Instant),
        ],
    },
    Section {
        name: "sender_copy",
        statement: &SENDER_COPIES,
        columns: &[("conversation_id", Id), ("seq", Number), ("copy", Text)],
    },
    Section {
        name: "report",
        statement: &REPORTS,
        columns: &[
            ("id", Id),
            ("account_id", Id),
            ("conversation_id", Id),
            ("seq", Number),
            ("reason", Text),
            ("text", Text),
            ("created_at", Instant),
        ],
    },
];

impl Section {
    /// A row as one line: what is absent is left out.
    pub(super) fn line(&self, row: &Row) -> Result<Value> {
        let mut line = Map::from_iter([("type".to_owned(), self.name.into())]);
        for (index, (name, kind)) in self.columns.iter().enumerate() {
            if let Some(value) = kind.read(row, index)? {
                line.insert((*name).to_owned(), value);
            }
        }
        Ok(line.into())
    }
}

impl Kind {
    fn read(self, row: &Row, index: usize) -> Result<Option<Value>> {
        Ok(match self {
            Id => row.get::<Option<Uuid>>(index)?.map(|id| json!(id)),
            Text => row.get::<Option<String>>(index)?.map(Value::from),
            Number => row.get::<Option<i64>>(index)?.map(Value::from),
            Flag => row.get::<Option<bool>>(index)?.map(Value::from),
            Instant => row.get::<Option<i64>>(index)?.map(|at| json!(Time(at))),
        })
    }
}
