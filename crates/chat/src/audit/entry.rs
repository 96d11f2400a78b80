//! Writes an entry. It is the last thing a transaction does: from then on until the commit, every
//! other writer of the log waits, so whoever waits for anything else there could wait for ever.

use super::row::{Stored, result_name};
use crate::{Actor, Origin, error::Result};
use chinwag_sql::{Engine, Tx};
use chinwag_wire::{AccountId, AuditAct, AuditResult, SessionId, Time};

chinwag_sql::statements! {
    /// One writer at a time.
    HOLD = "SELECT value FROM meta WHERE key = 'audit' FOR UPDATE";
    /// The newest entry.
    NEWEST = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1";
    /// One more.
    INSERT = "INSERT INTO audit (seq, at, act, result, actor_id, session_id, account_id, target, address, hash) \
              VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
}

/// An act to be written down.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    act: AuditAct,
    result: AuditResult,
    at: Time,
    address: Option<String>,
    actor: Option<(AccountId, SessionId)>,
    account: Option<AccountId>,
    target: Option<String>,
}

impl Entry {
    /// Something nobody signed in did, or nobody at all.
    pub(crate) fn new(act: AuditAct, at: Time) -> Self {
        let result = AuditResult::Done;
        Self { act, result, at, address: None, actor: None, account: None, target: None }
    }

    /// Something one did to one's own account.
    pub(crate) fn own(act: AuditAct, actor: &Actor, from: &Origin, at: Time) -> Self {
        Self::staff(act, actor, from, at).about(actor.account)
    }

    /// Something somebody did as staff. Only staff reads of it, unless it is `about` an account.
    pub(crate) fn staff(act: AuditAct, actor: &Actor, from: &Origin, at: Time) -> Self {
        Self::new(act, at).by(actor.account, actor.session).from(from)
    }

    /// Who did it.
    pub(crate) fn by(self, account: AccountId, session: SessionId) -> Self {
        Self { actor: Some((account, session)), ..self }
    }

    /// Where it came from.
    pub(crate) fn from(self, origin: &Origin) -> Self {
        Self { address: Some(origin.address.to_canonical().to_string()), ..self }
    }

    /// The account it concerns, whose owner reads of it.
    pub(crate) fn about(self, account: AccountId) -> Self {
        Self { account: Some(account), ..self }
    }

    /// What it was done to, where the account does not say it.
    pub(crate) fn on(self, target: impl ToString) -> Self {
        Self { target: Some(target.to_string()), ..self }
    }

    /// It was refused.
    pub(crate) fn refused(self) -> Self {
        Self { result: AuditResult::Refused, ..self }
    }

    /// Writes it. Call it last.
    ///
    /// # Errors
    /// Those of storage.
    pub(crate) async fn record(&self, tx: &mut Tx<'_>) -> Result<()> {
        if tx.engine() == Engine::Postgres {
            tx.row(&HOLD, &[]).await?;
        }
        let newest = tx.maybe(&NEWEST, &[]).await?;
        let (seq, previous) = match newest {
            Some(row) => (row.get::<i64>(0)? + 1, row.get::<Vec<u8>>(1)?),
            None => (1, Vec::new()),
        };
        let stored = self.numbered(seq);
        let hash = stored.hash(&previous);
        let row = [
            seq.into(),
            stored.at.0.into(),
            self.act.name().into(),
            result_name(self.result).into(),
            stored.actor.map(|account| account.0).into(),
            stored.session.map(|session| session.0).into(),
            stored.account.map(|account| account.0).into(),
            stored.target.as_deref().into(),
            stored.address.as_deref().into(),
            (&hash).into(),
        ];
        tx.exec(&INSERT, &row).await?;
        Ok(())
    }

    fn numbered(&self, seq: i64) -> Stored {
        Stored {
            seq,
            at: self.at,
            act: self.act.name().to_owned(),
            result: self.result,
            actor: self.actor.map(|(account, _)| account),
            session: self.actor.map(|(_, session)| session),
            account: self.account,
            target: self.target.clone(),
            address: self.address.clone(),
        }
    }
}
