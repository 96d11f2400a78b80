//! How an entry stands in its row, and what of it the chain covers.

use crate::error::Result;
use chinwag_sql::{Error, Row};
use chinwag_wire::{AccountId, AuditAct, AuditEntry, AuditResult, SessionId, Time};
use sha2::{Digest, Sha256};

/// The columns [`stored`] reads, in their order; `hash` follows them.
macro_rules! columns {
    () => {
        "seq, at, act, result, actor_id, session_id, account_id, target, address, hash"
    };
}
pub(super) use columns;

/// Where `hash` stands among [`columns`].
pub(super) const HASH: usize = 9;

/// An entry as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) seq: i64,
    pub(super) at: Time,
    pub(super) act: String,
    pub(super) result: AuditResult,
    pub(super) actor: Option<AccountId>,
    pub(super) session: Option<SessionId>,
    pub(super) account: Option<AccountId>,
    pub(super) target: Option<String>,
    pub(super) address: Option<String>,
}

/// An entry from [`columns`].
pub(super) fn stored(row: &Row) -> Result<Stored> {
    Ok(Stored {
        seq: row.get(0)?,
        at: Time(row.get(1)?),
        act: row.get(2)?,
        result: result_of(&row.get::<String>(3)?),
        actor: row.get::<Option<_>>(4)?.map(AccountId),
        session: row.get::<Option<_>>(5)?.map(SessionId),
        account: row.get::<Option<_>>(6)?.map(AccountId),
        target: row.get(7)?,
        address: row.get(8)?,
    })
}

/// The word for a result in its column.
pub(super) fn result_name(result: AuditResult) -> &'static str {
    match result {
        AuditResult::Done => "done",
        AuditResult::Refused => "refused",
    }
}

fn result_of(name: &str) -> AuditResult {
    if name == result_name(AuditResult::Done) { AuditResult::Done } else { AuditResult::Refused }
}

impl Stored {
    /// The link of the chain: SHA-256 over the link before and every field but the address, which
    /// must be erasable. A field is led by its length, so that no two entries read the same.
    pub(super) fn hash(&self, previous: &[u8]) -> [u8; 32] {
        let bytes = |id: Option<uuid::Uuid>| id.map(|id| id.as_bytes().to_vec());
        let fields = [
            Some(previous.to_vec()),
            Some(self.seq.to_be_bytes().to_vec()),
            Some(self.at.0.to_be_bytes().to_vec()),
            Some(self.act.as_bytes().to_vec()),
            Some(result_name(self.result).as_bytes().to_vec()),
            bytes(self.actor.map(|id| id.0)),
            bytes(self.session.map(|id| id.0)),
            bytes(self.account.map(|id| id.0)),
            self.target.as_ref().map(|target| target.as_bytes().to_vec()),
        ];
        let mut digest = Sha256::new();
        for field in fields {
            let length = field.as_ref().map_or(-1, |field| field.len() as i64);
            digest.update(length.to_be_bytes());
            digest.update(field.unwrap_or_default());
        }
        digest.finalize().into()
    }

    /// As administrators see it.
    pub(super) fn whole(self, hash: &[u8]) -> Result<AuditEntry> {
        let act = AuditAct::of_name(&self.act).ok_or_else(|| {
            Error::Statement(format!("column act holds {:?}, which nothing writes", self.act))
        })?;
        Ok(AuditEntry {
            seq: self.seq,
            at: self.at,
            act,
            result: self.result,
            actor_id: self.actor,
            session_id: self.session,
            account_id: self.account,
            target: self.target,
            address: self.address,
            hash: Some(hash.iter().map(|byte| format!("{byte:02x}")).collect()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn entry() -> Stored {
        let id = |number| Some(Uuid::from_u128(number));
        Stored {
            seq: 7,
            at: Time(1),
            act: "sign_in".to_owned(),
            result: AuditResult::Done,
            actor: id(1).map(AccountId),
            session: id(2).map(SessionId),
            account: id(3).map(AccountId),
            target: Some("a".to_owned()),
            address: Some("192.0.2.1".to_owned()),
        }
    }

    #[test]
    fn the_chain_covers_everything_but_the_address() {
        let link = entry().hash(b"before");
        let changed = [
            Stored { seq: 8, ..entry() },
            Stored { at: Time(2), ..entry() },
            Stored { act: "sign_ix".to_owned(), ..entry() },
            Stored { result: AuditResult::Refused, ..entry() },
            Stored { actor: None, account: entry().actor, ..entry() },
            Stored { session: None, ..entry() },
            Stored { account: None, ..entry() },
            Stored { target: None, ..entry() },
            Stored { target: Some(String::new()), ..entry() },
        ];
        for changed in changed {
            assert_ne!(changed.hash(b"before"), link, "{changed:?}");
        }
        assert_ne!(entry().hash(b"befor"), link);
        assert_eq!(Stored { address: None, ..entry() }.hash(b"before"), link);
    }
}
