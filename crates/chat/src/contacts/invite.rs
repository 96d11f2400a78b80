//! Invites somebody to be a contact, on surfaces that say what stands in the way: that a request is there
//! already, in either direction, or a block.

use super::{
    invites::{Invite, seen_invite},
    pair::{forget, of_pair},
    request::{Asking, asked_before, insert, may_ask_again, tell},
};
use crate::{
    Actor, Bucket, Chat, LimitKey, Notice,
    account_log::{Thing, note},
    accounts, blocks,
    error::Result,
    mail::NewWork,
    operation::{Change, Outcome},
    random, text,
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, Problem, RequestId, RequestState, Time};

/// Most characters of what one says with it.
const WORDS: usize = 280;

struct Inviting {
    actor: Actor,
    id: RequestId,
    to: AccountId,
    words: Option<String>,
    /// For the letter, if one is to tell whoever is invited.
    letter: Option<NewWork>,
    at: Time,
}

impl Change for Inviting {
    /// Absent where a request is there already.
    type Answer = Option<Invite>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Option<Invite>>> {
        let me = self.actor.account;
        accounts::find(tx, self.to).await?.ok_or(Code::AccountNotFound)?;
        blocks::hold_pair(tx, me, self.to).await?;
        if blocks::between(tx, me, self.to).await? {
            return Err(Code::OpeningNotAllowed.into());
        }
        let Some(mut notices) = self.replace(tx).await? else { return Ok(Outcome::quiet(None)) };
        let asked = self.to.to_string();
        let asking = Asking {
            id: self.id,
            from: me,
            asked: &asked,
            named: Some(self.to),
            email: None,
            to: Some(self.to),
            words: self.words.as_deref(),
            at: self.at,
        };
        insert(tx, &asking).await?;
        if let Some(letter) = &self.letter {
            tell(tx, letter, me, self.id).await?;
        }
        for account in [me, self.to] {
            notices.push(note(tx, account, Thing::Request(self.id)).await?);
        }
        let invite = seen_invite(tx, me, self.id).await?;
        Ok(Outcome::telling(Some(invite), notices).with_jobs())
    }
}

impl Inviting {
    /// Takes away what is answered, or reached nobody. Absent where a request stands.
    async fn replace(&self, tx: &mut Tx<'_>) -> Result<Option<Vec<Notice>>> {
        let me = self.actor.account;
        let mut notices = Vec::new();
        if let Some(request) = of_pair(tx, me, self.to).await? {
            match request.state {
                RequestState::Pending | RequestState::Accepted => return Ok(None),
                RequestState::Rejected if request.from == me => may_ask_again(&request, self.at)?,
                RequestState::Rejected => {}
            }
            notices.extend(forget(tx, &request).await?);
        }
        // What one asked by the same name before and did not reach anybody then.
        if let Some(request) = asked_before(tx, me, &self.to.to_string()).await? {
            notices.extend(forget(tx, &request).await?);
        }
        Ok(Some(notices))
    }
}

impl Chat {
    /// Invites an account, with some words, and a letter if it shall be told so. Nothing is answered where the two
    /// are contacts, or one has asked the other already.
    ///
    /// # Errors
    /// `invalid`, also for oneself; `account_not_found`; `opening_not_allowed` where a block stands between the two;
    /// `request_rejected` within a day after they said no; `rate_limited`.
    #[crate::boxed]
    pub async fn invite(
        &self,
        actor: &Actor,
        to: AccountId,
        words: Option<String>,
        letter: bool,
    ) -> Result<Option<Invite>, Problem> {
        if to == actor.account {
            return Err(Problem::field("account_id", "must be somebody else"));
        }
        if let Some(words) = &words {
            text::words("text", words, WORDS)?;
        }
        self.limits.check(Bucket::RequestContact, LimitKey::Account(actor.account))?;
        let at = self.clock.now();
        let id = RequestId(random::id(at));
        let letter = letter.then(|| self.new_work());
        self.change(Inviting { actor: *actor, id, to, words, letter, at }).await
    }
}
