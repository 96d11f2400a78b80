//! Asks somebody to be a contact. Whom an email address reaches, if anybody, is not told; nor is a block.
//! Asking somebody who has asked oneself is accepting.

use super::{
    pair::{forget, join, of_pair},
    requests::seen,
    stored::{Stored, select_stored},
};
use crate::{
    AccountName, Actor, Bucket, Chat, LimitKey, Notice,
    account_log::{Thing, note},
    accounts,
    announcements::NewAnnouncement,
    blocks,
    conversations::pair_key,
    error::Result,
    mail::{NewWork, Work},
    operation::{Change, Outcome},
    random, text,
};
use chinwag_sql::{Tx, Value};
use chinwag_wire::{
    AccountId, Code, ContactRequest, Problem, RequestContact, RequestId, RequestState, Time,
};
use std::time::Duration;

chinwag_sql::statements! {
    /// What one asked under this name before.
    ASKED = concat!(select_stored!(), "WHERE from_id = ?1 AND asked = ?2");
    /// A new request.
    INSERT = "INSERT INTO contact_requests (id, from_id, asked, named_id, email, to_id, pair_key, words, state, created_at) \
              VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'pending', ?9)";
    /// One that reached nobody reaches somebody now.
    REACH = "UPDATE contact_requests SET to_id = ?2, pair_key = ?3 WHERE id = ?1";
}

/// How long somebody who was rejected waits before asking again.
const AGAIN_AFTER: Duration = Duration::from_secs(24 * 60 * 60);
/// Most characters of what one says with a request.
const WORDS: usize = 280;

/// How the person asked is named.
#[derive(Clone, Debug)]
enum Named {
    /// In a way that anybody may look up.
    Account(AccountName),
    /// By an address.
    Email(String),
}

struct Requesting {
    actor: Actor,
    id: RequestId,
    named: Named,
    words: Option<String>,
    /// For the letter that tells whoever is asked, queued whether or not anybody is.
    letter: NewWork,
    /// For where asking is accepting.
    announcement: NewAnnouncement,
    at: Time,
}

/// Whom it would reach, and under which name.
struct Target {
    asked: String,
    named: Option<AccountId>,
    email: Option<String>,
    /// Absent where the address is nobody's, or a block stands.
    to: Option<AccountId>,
}

impl Change for Requesting {
    type Answer = (ContactRequest, bool);
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Self::Answer>> {
        let me = self.actor.account;
        let mut target = self.target(tx).await?;
        let mut notices = Vec::new();
        if let Some(to) = target.to
            && let Some(request) = of_pair(tx, me, to).await?
        {
            match (request.from == me, request.state) {
                (_, RequestState::Accepted) => {
                    return self.answer(tx, request.id, false, notices).await;
                }
                (false, RequestState::Pending) => {
                    notices = join(tx, &request, self.at, &self.announcement).await?;
                    return self.answer(tx, request.id, false, notices).await;
                }
                // Whoever rejected may ask: what they refused is no more.
                (false, RequestState::Rejected) => notices = forget(tx, &request).await?,
                (true, _) if request.asked == target.asked => {}
                // The same person under another name: nothing tells that it is.
                (true, _) => target.to = None,
            }
        }
        self.ask(tx, target, notices).await
    }
}

impl Requesting {
    /// The pair is held where there is one, so that of any number who ask, cancel and answer one is first.
    async fn target(&self, tx: &mut Tx<'_>) -> Result<Target> {
        let me = self.actor.account;
        let (found, email) = match &self.named {
            Named::Account(name) => {
                let found = accounts::resolve(tx, name).await?.ok_or(Code::AccountNotFound)?;
                (Some(found.id), None)
            }
            Named::Email(email) => (accounts::by_email(tx, email).await?, Some(email.clone())),
        };
        if found == Some(me) {
            return Err(Problem::field("account_id", "must be somebody else").into());
        }
        blocks::hold_pair(tx, me, found.unwrap_or(me)).await?;
        let mut to = found;
        if let Some(other) = found
            && blocks::between(tx, me, other).await?
        {
            if email.is_none() && blocks::by(tx, me, other).await? {
                return Err(Code::AccountBlocked.into());
            }
            to = None;
        }
        let named = found.filter(|_| email.is_none());
        let asked = email.clone().or(named.map(|id| id.to_string())).unwrap_or_default();
        Ok(Target { asked, named, email, to })
    }

    /// Asks, unless one has asked before.
    async fn ask(
        &self,
        tx: &mut Tx<'_>,
        target: Target,
        mut notices: Vec<Notice>,
    ) -> Result<Outcome<(ContactRequest, bool)>> {
        let me = self.actor.account;
        if let Some(before) = asked_before(tx, me, &target.asked).await? {
            if before.state != RequestState::Rejected {
                let reached = reach(tx, &before, me, target.to).await?;
                if reached.is_some() {
                    tell(tx, &self.letter, me, before.id).await?;
                }
                notices.extend(reached);
                return self.answer(tx, before.id, false, notices).await;
            }
            may_ask_again(&before, self.at)?;
            notices.extend(forget(tx, &before).await?);
        }
        insert(tx, &self.asking(&target)).await?;
        tell(tx, &self.letter, me, self.id).await?;
        for account in std::iter::once(me).chain(target.to) {
            notices.push(note(tx, account, Thing::Request(self.id)).await?);
        }
        self.answer(tx, self.id, true, notices).await
    }

    fn asking<'a>(&'a self, target: &'a Target) -> Asking<'a> {
        Asking {
            id: self.id,
            from: self.actor.account,
            asked: &target.asked,
            named: target.named,
            email: target.email.as_deref(),
            to: target.to,
            words: self.words.as_deref(),
            at: self.at,
        }
    }

    async fn answer(
        &self,
        tx: &mut Tx<'_>,
        id: RequestId,
        is_new: bool,
        notices: Vec<Notice>,
    ) -> Result<Outcome<(ContactRequest, bool)>> {
        let request = seen(tx, self.actor.account, id).await?.ok_or(Code::RequestNotFound)?;
        Ok(Outcome::telling((request, is_new), notices).with_jobs())
    }
}

/// A request about to be written.
pub(super) struct Asking<'a> {
    pub(super) id: RequestId,
    pub(super) from: AccountId,
    /// What its sender named.
    pub(super) asked: &'a str,
    pub(super) named: Option<AccountId>,
    pub(super) email: Option<&'a str>,
    /// Whom it reaches.
    pub(super) to: Option<AccountId>,
    pub(super) words: Option<&'a str>,
    pub(super) at: Time,
}

/// Writes it.
pub(super) async fn insert(tx: &mut Tx<'_>, asking: &Asking<'_>) -> Result<()> {
    let pair = asking.to.map(|to| pair_key(asking.from, to));
    let values: [Value<'_>; 9] = [
        asking.id.0.into(),
        asking.from.0.into(),
        asking.asked.into(),
        asking.named.map(|id| id.0).into(),
        asking.email.into(),
        asking.to.map(|id| id.0).into(),
        pair.into(),
        asking.words.into(),
        asking.at.0.into(),
    ];
    tx.exec(&INSERT, &values).await?;
    Ok(())
}

/// What somebody asked under this name before.
pub(super) async fn asked_before(
    tx: &mut Tx<'_>,
    from: AccountId,
    asked: &str,
) -> Result<Option<Stored>> {
    let row = tx.maybe(&ASKED, &[from.0.into(), asked.into()]).await?;
    row.as_ref().map(Stored::from_row).transpose()
}

/// Queues the letter that tells whoever is asked, while there is room for it.
pub(super) async fn tell(
    tx: &mut Tx<'_>,
    letter: &NewWork,
    from: AccountId,
    request: RequestId,
) -> Result<()> {
    letter.of(from).queue_if_room(tx, &Work::SendContactRequests { request }).await?;
    Ok(())
}

/// Whoever was rejected waits.
///
/// # Errors
/// `request_rejected`, with the time to wait.
pub(super) fn may_ask_again(before: &Stored, at: Time) -> Result<(), Problem> {
    let again = before.answered_at.unwrap_or(at).after(AGAIN_AFTER);
    if at >= again {
        return Ok(());
    }
    let seconds = again.since(at).as_secs().saturating_add(1);
    Err(Problem::from(Code::RequestRejected).retry_after(seconds))
}

/// A request that reached nobody so far reaches somebody now: a block was lifted, an address found its owner.
async fn reach(
    tx: &mut Tx<'_>,
    request: &Stored,
    from: AccountId,
    to: Option<AccountId>,
) -> Result<Option<Notice>> {
    let (None, Some(to)) = (request.to, to) else { return Ok(None) };
    let pair = pair_key(from, to);
    tx.exec(&REACH, &[request.id.0.into(), to.0.into(), pair.as_slice().into()]).await?;
    Ok(Some(note(tx, to, Thing::Request(request.id)).await?))
}

impl Chat {
    /// Asks somebody to be a contact, or accepts what they asked. Asking again answers the same request; the
    /// second value says whether it is new.
    ///
    /// # Errors
    /// `invalid`, also for oneself; `account_not_found` for an id or username that is nobody's, `account_blocked`
    /// where one blocks them, `request_rejected` within a day after they said no, `rate_limited`.
    #[crate::boxed]
    pub async fn request_contact(
        &self,
        actor: &Actor,
        body: RequestContact,
    ) -> Result<(ContactRequest, bool), Problem> {
        if let Some(words) = &body.text {
            text::line("text", words, WORDS)?;
        }
        let named = named(&body)?;
        self.limits.check(Bucket::RequestContact, LimitKey::Account(actor.account))?;
        let at = self.clock.now();
        let id = RequestId(random::id(at));
        let (actor, words, letter) = (*actor, body.text, self.new_work());
        let announcement = self.new_announcement();
        self.change(Requesting { actor, id, named, words, letter, announcement, at }).await
    }
}

fn named(body: &RequestContact) -> Result<Named, Problem> {
    match (body.account_id, &body.username, &body.email) {
        (Some(id), None, None) => Ok(Named::Account(AccountName::Id(id))),
        (None, Some(name), None) => Ok(Named::Account(AccountName::Username(name.clone()))),
        (None, None, Some(email)) => accounts::email(email)
            .map(Named::Email)
            .map_err(|error| Problem { errors: vec![error], ..Code::Invalid.into() }),
        _ => Err(Problem::field("account_id", "give one of account_id, username and email")),
    }
}
