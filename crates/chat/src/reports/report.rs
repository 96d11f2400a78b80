//! Reports a message that one may read, or an account. Once: reporting the same again changes nothing.

use super::{
    WORDS,
    row::{columns, reason_name, report},
};
use crate::{
    Actor, Bucket, Chat, LimitKey, Viewer,
    access::Act,
    accounts,
    conversations::place,
    error::Result,
    messages,
    operation::{Change, Outcome},
    random, text,
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, ConversationId, NewReport, Problem, Report, ReportId, Time};

chinwag_sql::statements! {
    /// Makes it, unless there is one.
    INSERT = "INSERT INTO reports (id, reporter_id, target, account_id, conversation_id, seq, reason, words, created_at) \
              VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (reporter_id, target) DO NOTHING";
    /// The one there is.
    FIND = concat!("SELECT ", columns!(), " FROM reports WHERE reporter_id = ?1 AND target = ?2");
}

/// What is reported.
#[derive(Clone, Copy)]
enum Target {
    Account(AccountId),
    Message(ConversationId, i64),
}

impl Target {
    /// # Errors
    /// `invalid` for anything but a message or an account.
    fn of(body: &NewReport) -> Result<Self, Problem> {
        match (body.account_id, body.conversation_id, body.seq) {
            (Some(account), None, None) => Ok(Self::Account(account)),
            (None, Some(conversation), Some(seq)) => Ok(Self::Message(conversation, seq)),
            _ => Err(Problem::field(
                "account_id",
                "give account_id, or conversation_id and seq of a message",
            )),
        }
    }

    /// What makes it the same report.
    fn key(self) -> String {
        match self {
            Self::Account(account) => format!("account {account}"),
            Self::Message(conversation, seq) => format!("message {conversation}/{seq}"),
        }
    }
}

struct Reporting {
    actor: Actor,
    id: ReportId,
    target: Target,
    body: NewReport,
    at: Time,
}

impl Change for Reporting {
    /// With whether it is new.
    type Answer = (Report, bool);
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<(Report, bool)>> {
        let about = self.about(tx).await?;
        if about == self.actor.account {
            return Err(Problem::field("account_id", "must be somebody else's").into());
        }
        let (reporter, target) = (self.actor.account.0, self.target.key());
        let values = [
            self.id.0.into(),
            reporter.into(),
            target.as_str().into(),
            about.0.into(),
            self.body.conversation_id.map(|id| id.0).into(),
            self.body.seq.into(),
            reason_name(self.body.reason).into(),
            self.body.text.as_deref().into(),
            self.at.0.into(),
        ];
        let made = tx.exec(&INSERT, &values).await? == 1;
        let found = report(&tx.row(&FIND, &[reporter.into(), target.into()]).await?)?;
        Ok(Outcome::quiet((Report { resolution: None, ..found }, made)))
    }
}

impl Reporting {
    /// Whom it is about, if the reporter may see what is reported.
    async fn about(&self, tx: &mut Tx<'_>) -> Result<AccountId> {
        match self.target {
            Target::Account(account) => {
                Ok(accounts::find(tx, account).await?.ok_or(Code::AccountNotFound)?.id)
            }
            Target::Message(conversation, seq) => {
                let viewer = Viewer::Account(self.actor);
                let place = place(tx, conversation, viewer, Act::Read).await?;
                Ok(messages::find(tx, conversation, seq, &place).await?.message.sender_id)
            }
        }
    }
}

impl Chat {
    /// Reports a message or an account to the staff of the server; and whether this is the first time.
    ///
    /// # Errors
    /// `invalid`, also for oneself; `account_not_found`, `conversation_not_found`, `message_not_found`,
    /// `rate_limited`.
    #[crate::boxed]
    pub async fn report(&self, actor: &Actor, body: NewReport) -> Result<(Report, bool), Problem> {
        let target = Target::of(&body)?;
        if let Some(words) = &body.text {
            text::words("text", words, WORDS)?;
        }
        self.limits.check(Bucket::Report, LimitKey::Account(actor.account))?;
        let at = self.clock.now();
        let id = ReportId(random::id(at));
        self.change(Reporting { actor: *actor, id, target, body, at }).await
    }
}
