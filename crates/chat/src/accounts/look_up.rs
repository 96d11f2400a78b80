//! Looking up one's own account and those of others.

use super::{account_at, canon, own_account, own_columns};
use crate::{Actor, Chat, error::Result, operation::Query};
use chinwag_sql::Tx;
use chinwag_wire::{Account, AccountId, Code, OwnAccount, Problem};

chinwag_sql::statements! {
    /// One's own account.
    OWN = concat!("SELECT ", own_columns!(), " FROM accounts a WHERE a.id = ?1");
    /// An account by id, as others see it.
    BY_ID = "SELECT id, username, display_name FROM accounts WHERE id = ?1 AND deleted_at IS NULL AND unclaimed_by IS NULL";
    /// An account by id, or a name that nobody has claimed.
    NAMED = "SELECT id, username, display_name FROM accounts WHERE id = ?1 AND deleted_at IS NULL";
    /// An account by canonical username, as others see it.
    BY_USERNAME = "SELECT id, username, display_name FROM accounts WHERE username_key = ?1 AND deleted_at IS NULL AND unclaimed_by IS NULL";
    /// Whose an email address is: who has shown that they read it.
    BY_EMAIL = "SELECT id FROM accounts WHERE email_key = ?1 AND email_verified_at IS NOT NULL AND deleted_at IS NULL";
    /// An account by id, or what a deleted one left, or a name that nobody has claimed.
    EVER = "SELECT id, username, display_name FROM accounts WHERE id = ?1";
    /// The same without the last.
    EVER_CLAIMED = "SELECT id, username, display_name FROM accounts WHERE id = ?1 AND unclaimed_by IS NULL";
}

/// More bytes than any username has; longer names are nobody's.
const LONGEST: usize = 1_024;

/// How an account is named in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountName {
    /// By its id.
    Id(AccountId),
    /// By its username, in any spelling with the same canonical form.
    Username(String),
    /// By its id, also where nobody has claimed it.
    Named(AccountId),
}

/// The account of this name, as others see it.
pub(crate) async fn resolve(tx: &mut Tx<'_>, name: &AccountName) -> Result<Option<Account>> {
    let row = match name {
        AccountName::Id(id) => tx.maybe(&BY_ID, &[id.0.into()]).await?,
        AccountName::Named(id) => tx.maybe(&NAMED, &[id.0.into()]).await?,
        AccountName::Username(name) if name.len() > LONGEST || name.contains('\0') => None,
        AccountName::Username(name) => tx.maybe(&BY_USERNAME, &[canon(name).into()]).await?,
    };
    row.as_ref().map(|row| account_at(row, 0)).transpose()
}

/// Who has verified this canonical email address. Whoever asks must not learn it.
pub(crate) async fn by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<AccountId>> {
    let row = tx.maybe(&BY_EMAIL, &[email.into()]).await?;
    row.map(|row| Ok(AccountId(row.get(0)?))).transpose()
}

/// The account of this id, as others see it.
pub(crate) async fn find(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<Account>> {
    resolve(tx, &AccountName::Id(id)).await
}

/// The account of this id, also where nobody has claimed it.
pub(crate) async fn find_named(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<Account>> {
    resolve(tx, &AccountName::Named(id)).await
}

/// The account of this id, as others see it, or what a deleted one left: whose name stands at what it said.
pub(crate) async fn look(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<Account>> {
    let row = tx.maybe(&EVER, &[id.0.into()]).await?;
    row.as_ref().map(|row| account_at(row, 0)).transpose()
}

/// One's own account.
pub(crate) async fn own(tx: &mut Tx<'_>, id: AccountId) -> Result<OwnAccount> {
    own_account(&tx.maybe(&OWN, &[id.0.into()]).await?.ok_or(Code::AccountNotFound)?)
}

struct LookUp(AccountName);

impl Query for LookUp {
    type Answer = Account;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Account> {
        let found = match self.0 {
            AccountName::Id(id) => {
                let row = tx.maybe(&EVER_CLAIMED, &[id.0.into()]).await?;
                row.as_ref().map(|row| account_at(row, 0)).transpose()?
            }
            AccountName::Username(_) | AccountName::Named(_) => resolve(tx, &self.0).await?,
        };
        Ok(found.ok_or(Code::AccountNotFound)?)
    }
}

struct Me(AccountId);

impl Query for Me {
    type Answer = OwnAccount;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<OwnAccount> {
        own(tx, self.0).await
    }
}

impl Chat {
    /// One's own account.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn me(&self, actor: &Actor) -> Result<OwnAccount, Problem> {
        self.query(Me(actor.account)).await
    }

    /// An account as others see it; by id also what a deleted one left. Whoever is signed in may look up any.
    ///
    /// # Errors
    /// `account_not_found`.
    #[crate::boxed]
    pub async fn account(&self, _actor: &Actor, name: AccountName) -> Result<Account, Problem> {
        self.query(LookUp(name)).await
    }
}
