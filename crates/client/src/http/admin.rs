//! Administration: for the staff of the server.

use super::{Http, Query, paging};
use crate::Error;
use chinwag_wire::{
    AccountId, AuditChain, AuditEntry, ChangeInstanceRole, ConversationId, Job, JobId,
    ManagedAccount, Message, Page, Report, ReportId, ReportInContext, ResolveReport, Suspend,
};
use reqwest::Method;
use serde::de::DeserializeOwned;

impl Http {
    /// Accounts, the youngest first; filtered by `find`, `role` and `suspended`.
    ///
    /// # Errors
    /// Refused: `forbidden`, `invalid`, `cursor_invalid`.
    pub async fn managed_accounts(
        &self,
        filter: Query<'_>,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<ManagedAccount>, Error> {
        self.filtered("/v1/admin/accounts", filter, cursor, limit).await
    }

    /// One account, as staff sees it.
    ///
    /// # Errors
    /// Refused: `forbidden`, `account_not_found`.
    pub async fn managed_account(&self, id: AccountId) -> Result<ManagedAccount, Error> {
        self.get(&format!("/v1/admin/accounts/{id}"), &[]).await
    }

    /// Suspends an account; its connections are closed when this returns.
    ///
    /// # Errors
    /// Refused: `forbidden`, `account_not_found`, `invalid`.
    pub async fn suspend(&self, id: AccountId, body: &Suspend) -> Result<(), Error> {
        let path = format!("/v1/admin/accounts/{id}/suspension");
        self.done(self.request(Method::PUT, &path).json(body)).await
    }

    /// Lets a suspended account sign in again.
    ///
    /// # Errors
    /// Refused: `forbidden`, `account_not_found`.
    pub async fn unsuspend(&self, id: AccountId) -> Result<(), Error> {
        let path = format!("/v1/admin/accounts/{id}/suspension");
        self.done(self.request(Method::DELETE, &path)).await
    }

    /// Signs an account out everywhere; its connections are closed when this returns.
    ///
    /// # Errors
    /// Refused: `forbidden`, `account_not_found`.
    pub async fn sign_out_account(&self, id: AccountId) -> Result<(), Error> {
        let path = format!("/v1/admin/accounts/{id}/sessions");
        self.done(self.request(Method::DELETE, &path)).await
    }

    /// Gives an account another role on the server.
    ///
    /// # Errors
    /// Refused: `forbidden`, `account_not_found`, `last_owner`.
    pub async fn change_instance_role(
        &self,
        id: AccountId,
        body: &ChangeInstanceRole,
    ) -> Result<ManagedAccount, Error> {
        self.put_in(Method::PUT, &format!("/v1/admin/accounts/{id}/role"), body).await
    }

    /// Deletes an account, for good.
    ///
    /// # Errors
    /// Refused: `forbidden`, `account_not_found`, `invalid`.
    pub async fn delete_account(&self, id: AccountId) -> Result<(), Error> {
        self.done(self.request(Method::DELETE, &format!("/v1/admin/accounts/{id}"))).await
    }

    /// Deletes anybody's message.
    ///
    /// # Errors
    /// Refused: `forbidden`, `conversation_not_found`, `message_not_found`.
    pub async fn delete_as_staff(&self, id: ConversationId, seq: i64) -> Result<Message, Error> {
        let path = format!("/v1/admin/conversations/{id}/messages/{seq}");
        super::read(self.request(Method::DELETE, &path)).await
    }

    /// Open reports, the oldest first; closed ones too, if `all`.
    ///
    /// # Errors
    /// Refused: `forbidden`, `cursor_invalid`.
    pub async fn reports(
        &self,
        all: bool,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<Report>, Error> {
        let filter = [("all", all.then(|| "true".to_owned()))];
        self.filtered("/v1/admin/reports", &filter, cursor, limit).await
    }

    /// A report with the messages around what was reported.
    ///
    /// # Errors
    /// Refused: `forbidden`, `report_not_found`.
    pub async fn read_report(&self, id: ReportId) -> Result<ReportInContext, Error> {
        self.get(&format!("/v1/admin/reports/{id}"), &[]).await
    }

    /// Closes a report.
    ///
    /// # Errors
    /// Refused: `forbidden`, `report_not_found`.
    pub async fn resolve_report(
        &self,
        id: ReportId,
        body: &ResolveReport,
    ) -> Result<Report, Error> {
        self.put_in(Method::PUT, &format!("/v1/admin/reports/{id}/resolution"), body).await
    }

    /// What was done with any account and with the server, newest first; filtered by `account_id` or
    /// `actor_id`, and by `act`.
    ///
    /// # Errors
    /// Refused: `forbidden`, `invalid`, `cursor_invalid`.
    pub async fn audit(
        &self,
        filter: Query<'_>,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<AuditEntry>, Error> {
        self.filtered("/v1/admin/audit", filter, cursor, limit).await
    }

    /// Whether the audit log is whole.
    ///
    /// # Errors
    /// Refused: `forbidden`.
    pub async fn audit_chain(&self) -> Result<AuditChain, Error> {
        self.get("/v1/admin/audit/chain", &[]).await
    }

    /// Jobs, the oldest first, without what they were given; filtered by `state` and `kind`.
    ///
    /// # Errors
    /// Refused: `forbidden`, `invalid`, `cursor_invalid`.
    pub async fn jobs(
        &self,
        filter: Query<'_>,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<Job>, Error> {
        self.filtered("/v1/admin/jobs", filter, cursor, limit).await
    }

    /// One job, with what it was given.
    ///
    /// # Errors
    /// Refused: `forbidden`, `job_not_found`.
    pub async fn job(&self, id: JobId) -> Result<Job, Error> {
        self.get(&format!("/v1/admin/jobs/{id}"), &[]).await
    }

    /// Has a job tried again that failed for good.
    ///
    /// # Errors
    /// Refused: `forbidden`, `job_not_found`, `job_not_dead`.
    pub async fn retry_job(&self, id: JobId) -> Result<Job, Error> {
        super::read(self.request(Method::POST, &format!("/v1/admin/jobs/{id}/retry"))).await
    }

    /// Throws a job away.
    ///
    /// # Errors
    /// Refused: `forbidden`, `job_not_found`, `job_running`.
    pub async fn discard_job(&self, id: JobId) -> Result<(), Error> {
        self.done(self.request(Method::DELETE, &format!("/v1/admin/jobs/{id}"))).await
    }

    async fn filtered<R: DeserializeOwned>(
        &self,
        path: &str,
        filter: Query<'_>,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<R, Error> {
        self.get(path, &[filter, &paging(cursor, limit)].concat()).await
    }
}
