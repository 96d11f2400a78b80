//! What is erased with an account: one statement for each table that holds something of a person,
//! all with the account as `?1`, run in this order. What is not here is in [`KEPT`], with the reason.

use crate::error::Result;
use chinwag_sql::Tx;
use chinwag_wire::AccountId;

chinwag_sql::statements! {
    REFRESH_TOKENS = "DELETE FROM refresh_tokens WHERE session_id IN (SELECT id FROM sessions WHERE account_id = ?1)";
    SESSIONS = "DELETE FROM sessions WHERE account_id = ?1";
    EMAIL_TOKENS = "DELETE FROM email_tokens WHERE account_id = ?1";
    /// Letters that are on their way to it.
    JOBS = "DELETE FROM jobs WHERE subject = ?1";
    /// A reset names the address alone, as it was asked for: whose it is shows only when it is run.
    JOBS_TO = "DELETE FROM jobs WHERE kind = 'send_reset' AND input = (SELECT '{\"email\":\"' || a.email || '\"}' FROM accounts a WHERE a.id = ?1)";
    LETTERS = "DELETE FROM letters WHERE account_id = ?1";
    SIGN_INS = "DELETE FROM sign_ins WHERE account_id = ?1";
    CONTACTS = "DELETE FROM contacts WHERE account_id = ?1 OR contact_id = ?1";
    CONTACT_REQUESTS = "DELETE FROM contact_requests WHERE from_id = ?1 OR to_id = ?1 OR named_id = ?1 \
                        OR email = (SELECT a.email FROM accounts a WHERE a.id = ?1)";
    /// The bytes of the picture are deleted after the commit, or swept.
    PROFILES = "DELETE FROM profiles WHERE account_id = ?1";
    NAME_WORDS = "DELETE FROM name_words WHERE account_id = ?1";
    SETTINGS = "DELETE FROM settings WHERE account_id = ?1";
    ACCOUNT_LOG = "DELETE FROM account_log WHERE account_id = ?1 OR subject = ?1";
    BLOCKS = "DELETE FROM blocks WHERE account_id = ?1 OR blocked_id = ?1";
    /// What it had uploaded and not sent; the bytes are swept. What it sent belongs to the messages.
    FILES = "DELETE FROM files WHERE account_id = ?1 AND conversation_id IS NULL";
    UPLOAD_PARTS = "DELETE FROM upload_parts WHERE upload_id IN (SELECT id FROM uploads WHERE account_id = ?1)";
    UPLOADS = "DELETE FROM uploads WHERE account_id = ?1";
    SENDER_COPIES = "DELETE FROM sender_copies WHERE account_id = ?1";
    /// The reporter's own words; that there was a report, and why, staff may still need.
    REPORTS = "UPDATE reports SET words = NULL WHERE reporter_id = ?1";
    /// From where. Who did what stays until the entry is old, by an id that leads nowhere any more.
    AUDIT_OF = "UPDATE audit SET address = NULL WHERE account_id = ?1 AND (actor_id = ?1 OR actor_id IS NULL)";
    AUDIT_BY = "UPDATE audit SET address = NULL WHERE actor_id = ?1";
}

/// Tables that keep something of a deleted account, or hold nothing of anybody, and why.
pub const KEPT: &[(&str, &str)] = &[
    ("accounts", "the id and the times of making and deleting, under the name `deleted`"),
    ("conversations", "who made them, by id"),
    ("members", "that the id was a member and when it left, which the others heard"),
    ("messages", "what was said belongs to those it was said to; its author is the id"),
    ("meta", "nothing of anybody"),
    ("migrations", "nothing of anybody"),
    ("outbox", "that something happened to whom, by id, until other systems were told"),
    ("sign_in_failures", "keyed digests, for two hours"),
    ("throttles", "keyed digests and addresses, for half an hour"),
];

/// The statements, for the test that asks every table for its say.
pub fn erasing() -> &'static [&'static chinwag_sql::Sql] {
    STATEMENTS
}

/// Erases it all.
///
/// # Errors
/// Those of storage.
pub(super) async fn erase(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    for statement in STATEMENTS {
        tx.exec(statement, &[account.0.into()]).await?;
    }
    Ok(())
}
