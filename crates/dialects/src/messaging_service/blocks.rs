//! Blocking, and its end.

use super::{
    outcome::done,
    session::{Session, named, session},
};
use crate::{asked::Asked, desk::Desk, refusal::Answer};
use axum::extract::State;
use chinwag_chat::Purpose;
use chinwag_wire::Code;

/// `POST /users/block`. A name that nobody has is made one, so that it stays blocked whoever takes it.
pub(super) async fn block(State(desk): State<Desk>, asked: Asked) -> Answer {
    let Session { actor, flavour } = session(&desk, &asked).await?;
    let name = named(&asked, "toBlockUsername")?;
    let other = desk.chat.name_or_unclaimed(&actor, name, Purpose::Block).await?;
    if other.id == actor.account {
        return Err(Code::Forbidden.into());
    }
    desk.chat.block_named(&actor, &other).await?;
    Ok(done(flavour, "blocked"))
}

/// `POST /users/unblock`.
pub(super) async fn unblock(State(desk): State<Desk>, asked: Asked) -> Answer {
    let Session { actor, flavour } = session(&desk, &asked).await?;
    if let Some(other) = desk.chat.named(named(&asked, "toUnblockUsername")?).await?
        && other.id != actor.account
    {
        desk.chat.unblock_named(&actor, &other).await?;
    }
    Ok(done(flavour, "unblocked"))
}
