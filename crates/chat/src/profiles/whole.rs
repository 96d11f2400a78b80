//! A profile with all that surfaces show that know people by first and last name, and by one picture.

use super::{picture::Picture, read::READ, row::profile};
use crate::{Actor, Chat, accounts, error::Result, operation::Query};
use chinwag_sql::{Row, Tx};
use chinwag_wire::{AccountId, Code, Problem, Profile, Time};
use uuid::Uuid;

/// The picture of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Portrait {
    /// There is none, or none that one may see.
    Absent,
    /// It is kept here, in this version.
    Kept(Uuid),
    /// It is kept elsewhere, at this address. Nothing here fetches it.
    Elsewhere(String),
}

/// A profile, and what goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WholeProfile {
    /// As it is seen.
    pub profile: Profile,
    /// When the account was made.
    pub created_at: Time,
    /// The picture.
    pub portrait: Portrait,
}

impl WholeProfile {
    /// First and last name: as they were given, or else the first word of the display name, and the rest of it.
    pub fn names(&self) -> (&str, &str) {
        let Profile { first_name, last_name, display_name, .. } = &self.profile;
        accounts::names(first_name.as_deref(), last_name.as_deref(), display_name)
    }
}

/// A profile from [`READ`], of an account that is there.
pub(super) fn whole(row: &Row) -> Result<WholeProfile> {
    if row.get::<Option<i64>>(16)?.is_some() {
        return Err(Code::AccountNotFound.into());
    }
    let seen: bool = row.get(4)?;
    let kept = Picture::from_row(row, 13)?.map(|picture| Portrait::Kept(picture.id));
    let elsewhere = row.get::<Option<String>>(15)?.map(Portrait::Elsewhere);
    Ok(WholeProfile {
        profile: profile(row)?,
        created_at: Time(row.get(3)?),
        portrait: kept.or(elsewhere).filter(|_| seen).unwrap_or(Portrait::Absent),
    })
}

struct Reading {
    viewer: AccountId,
    whose: AccountId,
}

impl Query for Reading {
    type Answer = WholeProfile;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<WholeProfile> {
        let row = tx.maybe(&READ, &[self.viewer.0.into(), self.whose.0.into()]).await?;
        whole(&row.ok_or(Code::AccountNotFound)?)
    }
}

impl Chat {
    /// The profile of an account that is there, as the actor sees it.
    ///
    /// # Errors
    /// `account_not_found`.
    #[crate::boxed]
    pub async fn whole_profile(
        &self,
        actor: &Actor,
        whose: AccountId,
    ) -> Result<WholeProfile, Problem> {
        self.query(Reading { viewer: actor.account, whose }).await
    }
}
