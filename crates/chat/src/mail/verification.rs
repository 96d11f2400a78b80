//! The letter that asks whether somebody reads an address.

use super::{
    letter::{Draft, Postman},
    work::Composed,
};
use crate::{Chat, error::Result, operation::Query};
use chinwag_sql::Tx;
use chinwag_wire::Time;
use minijinja::Value;
use uuid::Uuid;

chinwag_sql::statements! {
    /// To whom a token goes, if it is good for anything still.
    READ = "SELECT t.email, a.username FROM email_tokens t JOIN accounts a ON a.id = t.account_id WHERE t.id = ?1 AND t.expires_at > ?2";
}

struct Read(Uuid, Time);

impl Query for Read {
    type Answer = Option<(String, String)>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<(String, String)>> {
        let row = tx.maybe(&READ, &[self.0.into(), self.1.0.into()]).await?;
        row.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
    }
}

impl Chat {
    /// The letter with the token of this id.
    pub(super) async fn compose_verification(&self, postman: &Postman, id: Uuid) -> Composed {
        let Some((to, username)) = self.query(Read(id, self.clock.now())).await? else {
            return Ok(None);
        };
        let link = format!("{}/verify-email?token={}", postman.base_url, self.token(id));
        let about = vec![("username", Value::from(username))];
        let draft = Draft { id, to, template: "verification", link: Some(link), about };
        Ok(Some(self.letter(postman, draft)))
    }
}
