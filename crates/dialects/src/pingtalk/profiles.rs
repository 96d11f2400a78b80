//! Profiles: one's own, changed and read, somebody's, and their pictures.

use super::{
    credentials::signed,
    documents::profile,
    outcome::ok,
    picture::{NewPicture, acceptable, address, is_own, not_readable},
    profile_form,
};
use crate::{
    asked::Asked,
    desk::Desk,
    form,
    refusal::{Answer, Refusal, invalid},
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, header},
    response::Response,
};
use chinwag_chat::{Actor, FillIn, WholeProfile};
use chinwag_wire::{AccountId, Code, Problem};
use serde_json::{Value, json};

/// Most bytes of what changes a profile.
const BODY: usize = 10 * 1024 * 1024;
/// For a year, and never asked for again: another picture has another address.
const FOR_EVER: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");

/// `GET /profile/getProfile`.
pub(super) async fn own(State(desk): State<Desk>, asked: Asked) -> Answer {
    let actor = signed(&desk, &asked).await?;
    let whole = desk.chat.whole_profile(&actor, actor.account).await?;
    Ok(ok(&json!({ "data": shown(&desk, &asked, &whole), "source": "database" })))
}

/// `GET /profile/profile/:userId`.
pub(super) async fn read(State(desk): State<Desk>, asked: Asked) -> Answer {
    let actor = signed(&desk, &asked).await?;
    let id = asked.part(3).and_then(|id| id.parse::<AccountId>().ok());
    let id = id.ok_or_else(|| invalid("userId").in_words("Invalid user id"))?;
    let whole = desk.chat.whole_profile(&actor, id).await.map_err(not_found)?;
    Ok(ok(&json!({ "data": shown(&desk, &asked, &whole) })))
}

fn shown(desk: &Desk, asked: &Asked, whole: &WholeProfile) -> Value {
    profile(whole, &address(desk, asked, whole))
}

fn not_found(problem: Problem) -> Refusal {
    match problem.code {
        Code::AccountNotFound => Refusal::from(problem).in_words("Profile not found"),
        _ => problem.into(),
    }
}

/// `PUT /profile/patchProfile`.
pub(super) async fn change(State(desk): State<Desk>, request: Request) -> Answer {
    let (asked, body) = Asked::apart(request);
    let actor = signed(&desk, &asked).await?;
    let slot = desk.chat.upload_slot(&actor)?;
    let sent = form::receive(&asked.headers, body, BODY).await?;
    drop(slot);
    let (mut change, picture) = profile_form::read(&sent.fields, sent.file.as_ref())?;
    if let Some(picture) = picture {
        take_in(&desk, &actor, picture, &mut change).await?;
    }
    let whole = match change == FillIn::default() {
        true => desk.chat.whole_profile(&actor, actor.account).await?,
        false => desk.chat.fill_in_profile(&actor, change).await.map_err(not_taken)?,
    };
    let data = shown(&desk, &asked, &whole);
    Ok(ok(&json!({ "message": "Profile updated successfully", "data": data })))
}

/// Puts a picture into a change: its bytes, or the address of one that is elsewhere.
async fn take_in(
    desk: &Desk,
    actor: &Actor,
    picture: NewPicture,
    change: &mut FillIn,
) -> Result<(), Refusal> {
    match picture {
        NewPicture::At(link) => {
            let whole = desk.chat.whole_profile(actor, actor.account).await?;
            change.picture_link = Some(link).filter(|link| !is_own(link, &whole));
        }
        NewPicture::Bytes(bytes) => {
            acceptable(&bytes)?;
            change.picture = Some(bytes);
        }
    }
    Ok(())
}

fn not_taken(problem: Problem) -> Refusal {
    match problem.code {
        Code::PictureUnreadable | Code::PictureTooLarge => not_readable(),
        _ => problem.into(),
    }
}

/// `GET /profile/picture/:userId/:file`: for those who see the profile.
pub(super) async fn picture(State(desk): State<Desk>, asked: Asked) -> Answer {
    let actor = signed(&desk, &asked).await?;
    let nothing = || Refusal::from(Code::AvatarNotFound);
    let whose = asked.part(3).and_then(|id| id.parse::<AccountId>().ok()).ok_or_else(nothing)?;
    let portrait = desk.chat.portrait(&actor, whose).await?;
    if asked.part(4) != Some(format!("{}.jpg", portrait.version)) {
        return Err(nothing());
    }
    let mut response = Response::new(Body::from(portrait.bytes().await?));
    let kind = HeaderValue::try_from(&portrait.media_type).expect("media types are visible ASCII");
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CACHE_CONTROL, FOR_EVER);
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
    let policy = HeaderValue::from_static("sandbox; default-src 'none'");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}
