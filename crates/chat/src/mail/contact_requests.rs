//! The letter that tells who wants to be a contact. It names people by their usernames, and carries no
//! words of theirs: strangers write no letters through this server.

use super::{
    choice::{Reader, Topic},
    letter::{Draft, Postman},
    work::{Composed, Composition, written},
};
use crate::{
    Chat,
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, RequestId, Time};
use minijinja::Value;
use std::time::Duration;
use uuid::Uuid;

chinwag_sql::statements! {
    /// Whom a request reaches, and the job that told of it.
    REACHES = "SELECT to_id, told_by FROM contact_requests WHERE id = ?1 AND state = 'pending' AND to_id IS NOT NULL";
    /// What is told by one letter: all that wait and were not told of.
    TELL = "UPDATE contact_requests SET told_by = ?2 WHERE to_id = ?1 AND state = 'pending' AND told_by IS NULL";
    /// Who asked, of what a letter tells of.
    WHO = "SELECT a.username FROM contact_requests r JOIN accounts a ON a.id = r.from_id \
           WHERE r.to_id = ?1 AND r.told_by = ?2 AND r.state = 'pending' ORDER BY r.created_at, r.id";
}

/// Between two such letters to one person; what comes meanwhile is told by the next.
const QUIET: Duration = Duration::from_secs(15 * 60);
/// Most people that a letter names.
const NAMED: usize = 20;

struct Telling {
    request: RequestId,
    job: Uuid,
    now: Time,
}

/// What came of it.
enum Told {
    Nothing,
    NotBefore(Time),
    Letter { account: AccountId, to: String, who: Vec<String> },
}

impl Change for Telling {
    type Answer = Told;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Told>> {
        Ok(Outcome::quiet(self.tell(tx).await?))
    }
}

impl Telling {
    async fn tell(&self, tx: &mut Tx<'_>) -> Result<Told> {
        let Some((account, _)) = self.reaches(tx).await? else { return Ok(Told::Nothing) };
        let reader = Reader::hold(tx, account, Topic::ContactRequests).await?;
        let Some(reader) = reader.filter(|reader| reader.wants_requests()) else {
            return Ok(Told::Nothing);
        };
        // As it is now that no other letter to them is written.
        let Some((_, told_by)) = self.reaches(tx).await? else { return Ok(Told::Nothing) };
        if told_by.is_some_and(|job| job != self.job) {
            return Ok(Told::Nothing);
        }
        if told_by.is_none() {
            let again = reader.last.as_ref().map(|last| last.at.after(QUIET));
            if let Some(again) = again.filter(|again| *again > self.now) {
                return Ok(Told::NotBefore(again));
            }
            reader.claim(tx, self.job, Time(0), self.now).await?;
            tx.exec(&TELL, &[account.0.into(), self.job.into()]).await?;
        }
        let rows = tx.rows(&WHO, &[account.0.into(), self.job.into()]).await?;
        let who = rows.iter().map(|row| Ok(row.get(0)?)).collect::<Result<Vec<String>>>()?;
        if who.is_empty() {
            return Ok(Told::Nothing);
        }
        Ok(Told::Letter { account, to: reader.email, who })
    }

    /// Whom the request reaches, and the job that told of it.
    async fn reaches(&self, tx: &mut Tx<'_>) -> Result<Option<(AccountId, Option<Uuid>)>> {
        let row = tx.maybe(&REACHES, &[self.request.0.into()]).await?;
        row.map(|row| Ok((AccountId(row.get(0)?), row.get(1)?))).transpose()
    }
}

impl Chat {
    /// The letter, if the request waits for somebody who wants to be told, and was not yet.
    pub(super) async fn compose_contact_requests(
        &self,
        postman: &Postman,
        id: Uuid,
        request: RequestId,
    ) -> Composed {
        let told = self.change(Telling { request, job: id, now: self.clock.now() }).await?;
        let (account, to, mut who) = match told {
            Told::Nothing => return Ok(Composition::Nothing),
            Told::NotBefore(at) => return Ok(Composition::NotBefore(at)),
            Told::Letter { account, to, who } => (account, to, who),
        };
        let others = who.len().saturating_sub(NAMED);
        who.truncate(NAMED);
        let unsubscribe = self.unsubscribe_link(postman, account, Topic::ContactRequests, &to);
        let about = vec![("who", Value::from(who)), ("others", Value::from(others))];
        let template = "contact_requests";
        let draft = Draft { id, to, template, link: None, unsubscribe: Some(unsubscribe), about };
        written(self.letter(postman, draft))
    }
}
