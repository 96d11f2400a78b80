//! How a report stands in its row.

use crate::error::Result;
use chinwag_sql::{Error, Row, Tx};
use chinwag_wire::{
    AccountId, Code, ConversationId, Report, ReportId, ReportOutcome, ReportReason, Resolution,
    Time,
};

/// The columns [`report`] reads.
macro_rules! columns {
    () => {
        "id, reporter_id, account_id, conversation_id, seq, reason, words, created_at, outcome, resolved_by, resolved_at, note"
    };
}
pub(super) use columns;

chinwag_sql::statements! {
    /// One report.
    READ = concat!("SELECT ", columns!(), " FROM reports WHERE id = ?1");
}

/// One report.
///
/// # Errors
/// `report_not_found`.
pub(super) async fn read(tx: &mut Tx<'_>, id: ReportId) -> Result<Report> {
    report(&tx.maybe(&READ, &[id.0.into()]).await?.ok_or(Code::ReportNotFound)?)
}

/// A report from [`columns`].
pub(super) fn report(row: &Row) -> Result<Report> {
    Ok(Report {
        id: ReportId(row.get(0)?),
        reporter_id: AccountId(row.get(1)?),
        account_id: AccountId(row.get(2)?),
        conversation_id: row.get::<Option<_>>(3)?.map(ConversationId),
        seq: row.get(4)?,
        reason: reason(&row.get::<String>(5)?)?,
        text: row.get(6)?,
        created_at: Time(row.get(7)?),
        resolution: resolution(row)?,
    })
}

fn resolution(row: &Row) -> Result<Option<Resolution>> {
    let Some(outcome) = row.get::<Option<String>>(8)? else { return Ok(None) };
    Ok(Some(Resolution {
        outcome: outcome_of(&outcome),
        resolved_by: AccountId(row.get(9)?),
        resolved_at: Time(row.get(10)?),
        note: row.get(11)?,
    }))
}

/// The word for a reason in its column.
pub(super) fn reason_name(reason: ReportReason) -> &'static str {
    match reason {
        ReportReason::Spam => "spam",
        ReportReason::Harassment => "harassment",
        ReportReason::Illegal => "illegal",
        ReportReason::Impersonation => "impersonation",
        ReportReason::Other => "other",
    }
}

fn reason(name: &str) -> Result<ReportReason, Error> {
    use ReportReason::{Harassment, Illegal, Impersonation, Other, Spam};
    let known = [Spam, Harassment, Illegal, Impersonation, Other];
    let found = known.into_iter().find(|reason| reason_name(*reason) == name);
    found.ok_or_else(|| {
        Error::Statement(format!("column reason holds {name:?}, which nothing writes"))
    })
}

/// The word for an outcome in its column.
pub(super) fn outcome_name(outcome: ReportOutcome) -> &'static str {
    match outcome {
        ReportOutcome::Acted => "acted",
        ReportOutcome::Dismissed => "dismissed",
    }
}

fn outcome_of(name: &str) -> ReportOutcome {
    let acted = name == outcome_name(ReportOutcome::Acted);
    if acted { ReportOutcome::Acted } else { ReportOutcome::Dismissed }
}
