//! Staff closes a report. Of any number who decide at once, the first has decided.

use super::{
    WORDS,
    row::{self, outcome_name},
};
use crate::{
    Actor, Chat, Origin,
    access::StaffAct,
    admin::staff,
    audit::Entry,
    error::Result,
    operation::{Change, Outcome},
    text,
};
use chinwag_sql::Tx;
use chinwag_wire::{AuditAct, Problem, Report, ReportId, ResolveReport, Time};

chinwag_sql::statements! {
    /// Closes it, if it is open.
    RESOLVE = "UPDATE reports SET resolved_at = ?2, resolved_by = ?3, outcome = ?4, note = ?5 WHERE id = ?1 AND resolved_at IS NULL";
}

struct Resolving {
    actor: Actor,
    from: Origin,
    id: ReportId,
    body: ResolveReport,
    at: Time,
}

impl Change for Resolving {
    type Answer = Report;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Report>> {
        staff(tx, &self.actor, StaffAct::Moderate).await?;
        let values = [
            self.id.0.into(),
            self.at.0.into(),
            self.actor.account.0.into(),
            outcome_name(self.body.outcome).into(),
            self.body.note.as_deref().into(),
        ];
        let closed = tx.exec(&RESOLVE, &values).await? == 1;
        let report = row::read(tx, self.id).await?;
        if closed {
            let entry = Entry::staff(AuditAct::ResolveReport, &self.actor, &self.from, self.at);
            entry.on(self.id).record(tx).await?;
        }
        Ok(Outcome::quiet(report))
    }
}

impl Chat {
    /// Closes a report. One that is closed stays as it was decided.
    ///
    /// # Errors
    /// `forbidden`, `report_not_found`, `invalid` for a note that is too long.
    #[crate::boxed]
    pub async fn resolve_report(
        &self,
        actor: &Actor,
        from: &Origin,
        id: ReportId,
        body: ResolveReport,
    ) -> Result<Report, Problem> {
        if let Some(note) = &body.note {
            text::words("note", note, WORDS)?;
        }
        let at = self.clock.now();
        self.change(Resolving { actor: *actor, from: *from, id, body, at }).await
    }
}
