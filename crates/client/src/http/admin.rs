//! Administration: for the staff of the server.

use super::Http;
use crate::Error;
use chinwag_wire::{AuditChain, AuditEntry, Page};

impl Http {
    /// What was done with any account and with the server, newest first; filtered by `account_id`,
    /// `actor_id` or `act`.
    ///
    /// # Errors
    /// Refused: `forbidden`, `invalid`, `cursor_invalid`.
    pub async fn audit(
        &self,
        filter: &[(&str, String)],
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<AuditEntry>, Error> {
        let filter = filter.iter().map(|(name, value)| (*name, Some(value.clone())));
        let paging = super::paging(cursor, limit);
        self.get("/v1/admin/audit", &filter.chain(paging).collect::<Vec<_>>()).await
    }

    /// Whether the audit log is whole.
    ///
    /// # Errors
    /// Refused: `forbidden`.
    pub async fn audit_chain(&self) -> Result<AuditChain, Error> {
        self.get("/v1/admin/audit/chain", &[]).await
    }
}
