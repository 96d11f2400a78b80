//! Fills in one's profile on a surface that knows people by first and last name: the name that everybody reads
//! follows from the two. A picture may be kept elsewhere; its address is stored as it is, and never fetched.

use super::{
    picture::{Picture, WITH_PORTRAIT},
    read::READ,
    row::Said,
    set_avatar::{has, show},
    told,
    update::{ABOUT, GENDER, NAME, OLDEST, hold, rename, said, say},
    whole::{WholeProfile, whole},
    words,
};
use crate::{
    Actor, Bucket, Chat, LimitKey, accounts,
    error::Result,
    operation::{Change, Outcome},
    text,
};
use bytes::Bytes;
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, FieldError, Problem, Time};
use futures_util::stream;
use std::future::ready;
use uuid::Uuid;

chinwag_sql::statements! {
    /// Its picture is kept elsewhere.
    LINK = "UPDATE profiles SET picture_link = ?2, avatar_id = NULL, avatar = NULL WHERE account_id = ?1";
}

/// Most characters of an address.
const ADDRESS: usize = 2_048;

/// What is filled in; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FillIn {
    /// Given name, 1 to 100 characters.
    pub first_name: Option<String>,
    /// Family name, 1 to 100 characters.
    pub last_name: Option<String>,
    /// About oneself, 1 to 1,000 characters.
    pub about: Option<String>,
    /// In one's own words, 1 to 50 characters.
    pub gender: Option<String>,
    /// In years, 0 to 150.
    pub age: Option<i64>,
    /// Where the picture is, if it is kept elsewhere.
    pub picture_link: Option<String>,
    /// The picture, if it is to be kept here: at most 5 MiB. A portrait is cut of it besides the squares.
    pub picture: Option<Bytes>,
}

struct FillingIn {
    account: AccountId,
    body: FillIn,
    /// The picture that was made.
    picture: Option<Picture>,
    at: Time,
}

impl Change for FillingIn {
    /// The profile, and the picture that nobody has any more.
    type Answer = (WholeProfile, Option<Uuid>);
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Self::Answer>> {
        let account = self.account;
        let (_, named) = hold(tx, account).await?;
        let after = self.after(&said(tx, account).await?, &named);
        say(tx, account, &after, self.at).await?;
        if self.renames() {
            let [first, last] =
                [&after.first_name, &after.last_name].map(|name| name.as_deref().unwrap_or(""));
            rename(tx, account, format!("{first} {last}").trim()).await?;
        }
        let unused = self.show(tx).await?;
        words::index(tx, account).await?;
        let notices = told::changed(tx, account).await?;
        let row = tx.row(&READ, &[account.0.into(), account.0.into()]).await?;
        Ok(Outcome::telling((whole(&row)?, unused), notices))
    }
}

impl FillingIn {
    fn renames(&self) -> bool {
        self.body.first_name.is_some() || self.body.last_name.is_some()
    }

    /// What is said then. Whoever gives one name keeps the other, also where it was in the display name alone.
    fn after(&self, before: &Said, named: &str) -> Said {
        let FillIn { first_name, last_name, about, gender, age, .. } = &self.body;
        let mut after = before.clone();
        if self.renames() {
            let known = (before.first_name.as_deref(), before.last_name.as_deref());
            let (first, last) = accounts::names(known.0, known.1, named);
            let last = last_name.as_deref().unwrap_or(last);
            after.first_name = Some(first_name.as_deref().unwrap_or(first).to_owned());
            after.last_name = Some(last.to_owned()).filter(|last| !last.is_empty());
        }
        after.about = about.clone().or(after.about);
        after.gender = gender.clone().or(after.gender);
        after.age = age.or(after.age);
        after
    }

    /// Shows the picture, or says where it is; and gives the one that was kept here, which nobody has any more.
    async fn show(&self, tx: &mut Tx<'_>) -> Result<Option<Uuid>> {
        if let Some(picture) = &self.picture {
            return show(tx, self.account, picture, self.at).await;
        }
        let Some(link) = &self.body.picture_link else { return Ok(None) };
        let unused = has(tx, self.account).await?;
        tx.exec(&LINK, &[self.account.0.into(), link.into()]).await?;
        Ok(unused)
    }
}

/// The same without space around its lines, if all of it is sound.
///
/// # Errors
/// `invalid`, with every field that was refused.
fn sound(mut body: FillIn) -> Result<FillIn, Problem> {
    let mut errors: Vec<FieldError> = Vec::new();
    let lines = [
        ("first_name", &mut body.first_name, NAME),
        ("last_name", &mut body.last_name, NAME),
        ("gender", &mut body.gender, GENDER),
        ("picture_link", &mut body.picture_link, ADDRESS),
    ];
    for (field, text, most) in lines {
        if let Some(text) = text {
            errors.extend(text::line(field, text, most).err().into_iter().flat_map(|no| no.errors));
            *text = text.trim().to_owned();
        }
    }
    if let Some(about) = &mut body.about {
        let wrong = text::words("about", about, ABOUT).err();
        errors.extend(wrong.into_iter().flat_map(|no| no.errors));
        *about = about.trim().to_owned();
    }
    if body.age.is_some_and(|age| !(0..=OLDEST).contains(&age)) {
        errors.extend(Problem::field("age", format!("must be 0 to {OLDEST}")).errors);
    }
    if errors.is_empty() { Ok(body) } else { Err(Problem { errors, ..Code::Invalid.into() }) }
}

impl Chat {
    /// Fills in one's profile, all of it or nothing. The display name becomes first and last name with a space between.
    ///
    /// # Errors
    /// `invalid`, `rate_limited`; with a picture, those of [`Chat::set_avatar`].
    #[crate::boxed]
    pub async fn fill_in_profile(
        &self,
        actor: &Actor,
        body: FillIn,
    ) -> Result<WholeProfile, Problem> {
        let mut body = sound(body)?;
        self.limits.check(Bucket::Profile, LimitKey::Account(actor.account))?;
        let account = actor.account;
        let Some(bytes) = body.picture.take() else {
            return self.filled_in(account, body, None).await;
        };
        let (slot, chat) = (self.upload_slots.take(account)?, self.clone());
        // In a task of its own, so that one who goes away in the middle leaves nothing behind.
        let filling = tokio::spawn(async move {
            let (_slot, arriving) = (slot, stream::once(ready(Ok(bytes))));
            let picture = chat.make_picture(arriving, WITH_PORTRAIT).await?;
            chat.filled_in(account, body, Some(picture)).await
        });
        filling.await.map_err(|_| Problem::from(Code::Internal))?
    }

    async fn filled_in(
        &self,
        account: AccountId,
        body: FillIn,
        picture: Option<Picture>,
    ) -> Result<WholeProfile, Problem> {
        let at = self.clock.now();
        let (profile, unused) = self.change(FillingIn { account, body, picture, at }).await?;
        if let Some(unused) = unused {
            self.delete_picture(unused).await;
        }
        Ok(profile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refused_field_is_named_at_once() {
        let body = FillIn {
            first_name: Some(" ".to_owned()),
            last_name: Some("x".repeat(NAME + 1)),
            about: Some("a\u{7}b".to_owned()),
            gender: Some("x".repeat(GENDER + 1)),
            age: Some(-1),
            picture_link: Some("x".repeat(ADDRESS + 1)),
            picture: None,
        };
        let refused: Vec<_> =
            sound(body).unwrap_err().errors.into_iter().map(|error| error.field).collect();
        assert_eq!(refused, ["first_name", "last_name", "gender", "picture_link", "about", "age"]);
    }
}
