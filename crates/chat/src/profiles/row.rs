//! How a profile stands in a row, and what of it is seen.

use super::picture::Picture;
use crate::error::Result;
use chinwag_sql::{Row, Value};
use chinwag_wire::{AccountId, Profile, Time};

/// A profile as the account `?1` sees it, for [`profile`].
macro_rules! select_profile {
    () => {
        concat!(
            "SELECT a.id, a.username, a.display_name, a.created_at, CASE WHEN ",
            $crate::profiles::sight::may_see!(),
            " THEN 1 ELSE 0 END, p.first_name, p.last_name, p.about, p.gender, p.age, p.status_text, p.public_key, p.updated_at, p.avatar_id, p.avatar, p.picture_link, a.deleted_at \
             FROM accounts a LEFT JOIN profiles p ON p.account_id = a.id "
        )
    };
}
pub(super) use select_profile;

/// Where in the row [`Said`] begins.
const SAID: usize = 5;

/// What somebody says of themselves besides their display name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) about: Option<String>,
    pub(super) gender: Option<String>,
    pub(super) age: Option<i64>,
    pub(super) status_text: Option<String>,
    pub(super) public_key: Option<String>,
}

impl Said {
    /// From seven columns.
    pub(super) fn from_row(row: &Row, at: usize) -> Result<Self> {
        Ok(Self {
            first_name: row.get(at)?,
            last_name: row.get(at + 1)?,
            about: row.get(at + 2)?,
            gender: row.get(at + 3)?,
            age: row.get(at + 4)?,
            status_text: row.get(at + 5)?,
            public_key: row.get(at + 6)?,
        })
    }

    /// As the columns hold it, in the same order.
    pub(super) fn values(&self) -> [Value<'_>; 7] {
        [
            self.first_name.as_deref().into(),
            self.last_name.as_deref().into(),
            self.about.as_deref().into(),
            self.gender.as_deref().into(),
            self.age.into(),
            self.status_text.as_deref().into(),
            self.public_key.as_deref().into(),
        ]
    }
}

/// A profile from [`select_profile`]: in full, or as if nothing were filled in.
pub(super) fn profile(row: &Row) -> Result<Profile> {
    let seen = row.get(4)?;
    let said = if seen { Said::from_row(row, SAID)? } else { Said::default() };
    let changed: Option<i64> = if seen { row.get(12)? } else { None };
    let picture = if seen { Picture::from_row(row, 13)? } else { None };
    let id = AccountId(row.get(0)?);
    Ok(Profile {
        id,
        username: row.get(1)?,
        display_name: row.get(2)?,
        first_name: said.first_name,
        last_name: said.last_name,
        about: said.about,
        gender: said.gender,
        age: said.age,
        status_text: said.status_text,
        avatar: picture.map(|picture| picture.paths(id)).unwrap_or_default(),
        public_key: said.public_key,
        updated_at: Time(changed.unwrap_or(row.get(3)?)),
    })
}
