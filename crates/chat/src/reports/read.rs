//! Staff reads a report, with what was said around it. That is written down.

use super::row;
use crate::{
    Actor, Chat, Origin,
    access::StaffAct,
    accounts,
    admin::staff,
    audit::Entry,
    error::Result,
    messages,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{AuditAct, Code, Message, Problem, Report, ReportId, ReportInContext, Time};

chinwag_sql::statements! {
    /// A stretch of a log.
    STRETCH = concat!("SELECT ", messages::columns!(), " FROM messages x WHERE x.conversation_id = ?1 AND x.seq BETWEEN ?2 AND ?3 ORDER BY x.seq");
}

/// How many messages before and after the reported one are shown.
const AROUND: i64 = 10;

struct Reading {
    actor: Actor,
    from: Origin,
    id: ReportId,
    at: Time,
}

impl Change for Reading {
    type Answer = ReportInContext;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<ReportInContext>> {
        staff(tx, &self.actor, StaffAct::Moderate).await?;
        let report = row::read(tx, self.id).await?;
        let reporter =
            accounts::look(tx, report.reporter_id).await?.ok_or(Code::AccountNotFound)?;
        let account = accounts::look(tx, report.account_id).await?.ok_or(Code::AccountNotFound)?;
        let messages = around(tx, &report).await?;
        let entry = Entry::staff(AuditAct::ReadReport, &self.actor, &self.from, self.at);
        entry.on(self.id).record(tx).await?;
        Ok(Outcome::quiet(ReportInContext { report, reporter, account, messages }))
    }
}

async fn around(tx: &mut Tx<'_>, report: &Report) -> Result<Vec<Message>> {
    let (Some(conversation), Some(seq)) = (report.conversation_id, report.seq) else {
        return Ok(Vec::new());
    };
    let values = [conversation.0.into(), (seq - AROUND).into(), (seq + AROUND).into()];
    tx.read(&STRETCH, &values, messages::message).await
}

impl Chat {
    /// A report with the messages around what was reported, for staff.
    ///
    /// # Errors
    /// `forbidden`, `report_not_found`.
    #[crate::boxed]
    pub async fn read_report(
        &self,
        actor: &Actor,
        from: &Origin,
        id: ReportId,
    ) -> Result<ReportInContext, Problem> {
        let at = self.clock.now();
        self.change(Reading { actor: *actor, from: *from, id, at }).await
    }
}
