//! Who wrote what one reads: the names of authors, for whoever may read what they wrote. Guests, who may
//! look nobody up, learn them here.

use crate::{
    Chat, Viewer, access::Act, accounts, conversations::place, error::Result, operation::Query,
};
use chinwag_sql::Tx;
use chinwag_wire::{Account, AccountId, ConversationId, Page, Problem};

chinwag_sql::statements! {
    /// Whether somebody wrote what may be read here.
    WROTE = "SELECT 1 FROM messages WHERE conversation_id = ?1 AND sender_id = ?2 AND seq >= ?3 LIMIT 1";
}

/// Most accounts of one question.
const MOST: usize = 100;

struct Authors {
    viewer: Viewer,
    id: ConversationId,
    accounts: Vec<AccountId>,
}

impl Query for Authors {
    type Answer = Page<Account>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Page<Account>> {
        let place = place(tx, self.id, self.viewer, Act::Read).await?;
        let mut items = Vec::new();
        for account in &self.accounts {
            let values = [self.id.0.into(), account.0.into(), place.visible_from.into()];
            if tx.maybe(&WROTE, &values).await?.is_some() {
                items.extend(accounts::find(tx, *account).await?);
            }
        }
        Ok(Page { items, next_cursor: None })
    }
}

impl Chat {
    /// Those of these accounts who wrote something that the viewer may read here, as others see them.
    ///
    /// # Errors
    /// `conversation_not_found`, `forbidden` in a closed room one has not joined, `invalid` beyond 100.
    #[crate::boxed]
    pub async fn authors(
        &self,
        viewer: &Viewer,
        id: ConversationId,
        mut accounts: Vec<AccountId>,
    ) -> Result<Page<Account>, Problem> {
        if accounts.len() > MOST {
            return Err(Problem::field("account_ids", "Ask for 100 at most."));
        }
        accounts.sort_unstable();
        accounts.dedup();
        self.query(Authors { viewer: *viewer, id, accounts }).await
    }
}
