//! The letter that asks whether somebody reads an address, or tells whoever has verified it already
//! that somebody named it once more.

use super::{
    Purpose,
    letter::{Draft, Postman},
    work::{Composed, Composition, written},
};
use crate::{Chat, error::Result, operation::Query};
use chinwag_sql::Tx;
use chinwag_wire::Time;
use minijinja::Value;
use uuid::Uuid;

chinwag_sql::statements! {
    /// To whom a token goes, if it is good for anything still, and whose the address is where another
    /// account has verified it.
    READ = "SELECT t.email, a.username, o.username FROM email_tokens t JOIN accounts a ON a.id = t.account_id \
            LEFT JOIN accounts o ON o.email_key = t.email AND o.email_verified_at IS NOT NULL AND o.id <> a.id \
            WHERE t.id = ?1 AND t.expires_at > ?2";
}

struct Read(Uuid, Time);

/// What the letter says.
struct Asked {
    to: String,
    username: String,
    /// Who has verified the address.
    owner: Option<String>,
}

impl Query for Read {
    type Answer = Option<Asked>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Asked>> {
        let row = tx.maybe(&READ, &[self.0.into(), self.1.0.into()]).await?;
        let asked = |row: chinwag_sql::Row| {
            Ok(Asked { to: row.get(0)?, username: row.get(1)?, owner: row.get(2)? })
        };
        row.map(asked).transpose()
    }
}

impl Chat {
    /// The letter with the token of this id. It goes to whoever reads the address, so what it tells them
    /// is told to nobody else.
    pub(super) async fn compose_verification(&self, postman: &Postman, id: Uuid) -> Composed {
        let Some(asked) = self.query(Read(id, self.clock.now())).await? else {
            return Ok(Composition::Nothing);
        };
        let Asked { to, username, owner } = asked;
        let mut about = vec![("username", Value::from(username))];
        let draft = match owner {
            Some(owner) => {
                about.push(("owner", Value::from(owner)));
                Draft { id, to, template: "address_in_use", link: None, unsubscribe: None, about }
            }
            None => {
                let token = self.token(id, Purpose::Verify);
                let link = format!("{}/verify-email?token={token}", postman.base_url);
                Draft {
                    id,
                    to,
                    template: "verification",
                    link: Some(link),
                    unsubscribe: None,
                    about,
                }
            }
        };
        written(self.letter(postman, draft))
    }
}
