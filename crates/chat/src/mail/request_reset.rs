//! Asks for a letter that replaces a forgotten password. The answer, and the work done for it, are the
//! same for every address: a job is queued, and finds out.

use super::{NewWork, Work};
use crate::{
    Bucket, Chat, LimitKey, Origin,
    accounts::email,
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{Problem, RequestReset};

struct Request(NewWork, Work);

impl Change for Request {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        self.0.queue(tx, &self.1).await?;
        Ok(Outcome::quiet(()).with_jobs())
    }
}

impl Chat {
    /// Sends a link to an address, if somebody has verified it. Whether anybody has does not show.
    ///
    /// # Errors
    /// `invalid` for what is no address, `rate_limited`, `overloaded`.
    #[crate::boxed]
    pub async fn request_reset(&self, from: &Origin, body: RequestReset) -> Result<(), Problem> {
        self.limits.check(Bucket::Mail, LimitKey::Address(from.address))?;
        let email = email(&body.email)?;
        self.change(Request(self.new_work(), Work::SendReset { email })).await
    }
}
