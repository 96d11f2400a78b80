//! The numbered list of schema changes, in one text for both engines. Expand first, contract a
//! release later; never change one that has been released.

use chinwag_sql::Migration;

/// Every migration, in order.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "accounts",
        text: include_str!("migrations/0001_accounts.sql"),
        postgres: None,
    },
    Migration {
        number: 2,
        name: "conversations",
        text: include_str!("migrations/0002_conversations.sql"),
        postgres: None,
    },
    Migration {
        number: 3,
        name: "audit",
        text: include_str!("migrations/0003_audit.sql"),
        postgres: None,
    },
    Migration { number: 4, name: "jobs", text: chinwag_jobs::TABLE, postgres: None },
    Migration {
        number: 5,
        name: "staff",
        text: include_str!("migrations/0005_staff.sql"),
        postgres: None,
    },
    Migration {
        number: 6,
        name: "files",
        text: include_str!("migrations/0006_files.sql"),
        postgres: None,
    },
    Migration {
        number: 7,
        name: "account log",
        text: include_str!("migrations/0007_account_log.sql"),
        postgres: None,
    },
    Migration {
        number: 8,
        name: "email",
        text: include_str!("migrations/0008_email.sql"),
        postgres: None,
    },
    Migration {
        number: 9,
        name: "contacts",
        text: include_str!("migrations/0009_contacts.sql"),
        postgres: None,
    },
    Migration {
        number: 10,
        name: "profiles",
        text: include_str!("migrations/0010_profiles.sql"),
        postgres: None,
    },
    Migration {
        number: 11,
        name: "letters",
        text: include_str!("migrations/0011_letters.sql"),
        postgres: None,
    },
    Migration {
        number: 12,
        name: "names",
        text: include_str!("migrations/0012_names.sql"),
        postgres: None,
    },
    Migration {
        number: 13,
        name: "surfaces",
        text: include_str!("migrations/0013_surfaces.sql"),
        postgres: None,
    },
    Migration {
        number: 14,
        name: "message ids",
        text: include_str!("migrations/0014_message_ids.sql"),
        postgres: Some(include_str!("migrations/0014_message_ids.postgres.sql")),
    },
    Migration {
        number: 16,
        name: "received",
        text: include_str!("migrations/0016_received.sql"),
        postgres: None,
    },
    Migration {
        number: 17,
        name: "sender copies",
        text: include_str!("migrations/0017_sender_copies.sql"),
        postgres: None,
    },
    Migration {
        number: 18,
        name: "walk in",
        text: include_str!("migrations/0018_walk_in.sql"),
        postgres: None,
    },
    Migration {
        number: 20,
        name: "picture links",
        text: include_str!("migrations/0020_picture_links.sql"),
        postgres: None,
    },
    Migration {
        number: 21,
        name: "changed at",
        text: include_str!("migrations/0021_changed_at.sql"),
        postgres: None,
    },
    Migration {
        number: 22,
        name: "marked at",
        text: include_str!("migrations/0022_marked_at.sql"),
        postgres: None,
    },
    Migration {
        number: 23,
        name: "outbox",
        text: chinwag_jobs::OUTBOX,
        postgres: Some(chinwag_jobs::OUTBOX_POSTGRES),
    },
];
