//! The letter with which somebody gets in again without the password. Whether there is an account
//! is found out here, when whoever asked has long been answered.

use super::{
    NewToken, Purpose,
    letter::{Draft, Postman},
    work::{Composed, Composition, written},
};
use crate::{
    Chat,
    error::Result,
    operation::{Change, Outcome, Query},
};
use chinwag_sql::Tx;
use chinwag_wire::AccountId;
use minijinja::Value;
use uuid::Uuid;

chinwag_sql::statements! {
    /// Whose verified address this is.
    OF_ADDRESS = "SELECT id, username FROM accounts WHERE email_key = ?1 AND email_verified_at IS NOT NULL";
}

struct OfAddress(String);

impl Query for OfAddress {
    type Answer = Option<(AccountId, String)>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<(AccountId, String)>> {
        let row = tx.maybe(&OF_ADDRESS, &[self.0.as_str().into()]).await?;
        row.map(|row| Ok((AccountId(row.get(0)?), row.get(1)?))).transpose()
    }
}

struct Storing(NewToken);

impl Change for Storing {
    type Answer = bool;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<bool>> {
        Ok(Outcome::quiet(self.0.store(tx).await?))
    }
}

impl Chat {
    /// The letter, if this is an address that somebody verified, and it has not had too many.
    pub(super) async fn compose_reset(
        &self,
        postman: &Postman,
        id: Uuid,
        email: String,
    ) -> Composed {
        let Some((account, username)) = self.query(OfAddress(email.clone())).await? else {
            return Ok(Composition::Nothing);
        };
        let token = self.new_token(id, account, Purpose::Reset, email.clone());
        if !self.change(Storing(token)).await? {
            return Ok(Composition::Nothing);
        }
        let token = self.token(id, Purpose::Reset);
        let link = format!("{}/reset-password?token={token}", postman.base_url);
        let about = vec![("username", Value::from(username))];
        let draft =
            Draft { id, to: email, template: "reset", link: Some(link), unsubscribe: None, about };
        written(self.letter(postman, draft))
    }
}
