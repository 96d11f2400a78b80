//! The reports there are, for staff: open ones, or all.

use super::row::{columns, report};
use crate::{
    Actor, Chat,
    access::StaffAct,
    admin::staff_looks,
    cursor::{self, Cursor},
    error::Result,
    operation::Query,
};
use chinwag_sql::Tx;
use chinwag_wire::{Page, Problem, Report};

chinwag_sql::statements! {
    /// A page of open ones, the oldest first: it has waited longest.
    OPEN = concat!("SELECT ", columns!(), " FROM reports WHERE resolved_at IS NULL AND (created_at, id) > (?1, ?2) ORDER BY created_at, id LIMIT ?3");
    /// A page of all, the oldest first.
    ALL = concat!("SELECT ", columns!(), " FROM reports WHERE (created_at, id) > (?1, ?2) ORDER BY created_at, id LIMIT ?3");
}

struct List {
    actor: Actor,
    open: bool,
    after: Cursor,
    limit: usize,
}

impl Query for List {
    type Answer = Vec<Report>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Report>> {
        staff_looks(tx, &self.actor, StaffAct::Moderate).await?;
        let statement = if self.open { &OPEN } else { &ALL };
        let most = self.limit as i64 + 1;
        let values = [self.after.order.into(), self.after.id.into(), most.into()];
        tx.rows(statement, &values).await?.iter().map(report).collect()
    }
}

impl Chat {
    /// A page of reports, the oldest first: the open ones, or all.
    ///
    /// # Errors
    /// `forbidden`, `cursor_invalid`, `invalid` for a limit outside 1 to 200.
    #[crate::boxed]
    pub async fn reports(
        &self,
        actor: &Actor,
        open: bool,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<Report>, Problem> {
        let limit = cursor::limit(limit)?;
        let after = Cursor::decode(cursor, Cursor::FIRST)?;
        let items = self.query(List { actor: *actor, open, after, limit }).await?;
        Ok(cursor::page(items, limit, |item| Cursor { order: item.created_at.0, id: item.id.0 }))
    }
}
