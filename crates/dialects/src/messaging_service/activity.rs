//! The log of one's own sign-ins.

use super::{
    count::count,
    flavour::Flavour,
    outcome::found,
    session::{Session, session},
};
use crate::{asked::Asked, desk::Desk, refusal::Answer};
use axum::extract::State;
use chinwag_chat::Actor;
use chinwag_wire::{Problem, SignInAttempt, Time};
use serde_json::json;

/// `POST /activity/get`: the key that counts tells the flavour, where no header does.
pub(super) async fn get(State(desk): State<Desk>, asked: Asked) -> Answer {
    let Session { actor, flavour } = session(&desk, &asked).await?;
    let fields = asked.fields()?;
    let by_key = match (fields.get("noAcitivty"), fields.get("noActivity")) {
        (Some(value), _) => Some((value, Flavour::Documented)),
        (None, Some(value)) => Some((value, Flavour::InUse)),
        (None, None) => None,
    };
    let wanted = count(by_key.map(|(value, _)| value))?;
    let asked_for = Flavour::asked(&asked.headers, &asked.path);
    let flavour = asked_for.or(by_key.map(|(_, flavour)| flavour)).unwrap_or(flavour);
    let attempts = newest(&desk, &actor, wanted as usize).await?;
    let shape = |attempt: SignInAttempt| json!({ "at": written(attempt.at), "result": flavour.result(attempt.succeeded) });
    let many = attempts.into_iter().map(shape).collect();
    Ok(found(flavour, "sign-in", many))
}

async fn newest(desk: &Desk, actor: &Actor, wanted: usize) -> Result<Vec<SignInAttempt>, Problem> {
    let (mut found, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let limit = (wanted - found.len()).min(200) as u32;
        let page = desk.chat.sign_ins(actor, cursor.as_deref(), Some(limit)).await?;
        found.extend(page.items);
        cursor = page.next_cursor;
        if found.len() >= wanted || cursor.is_none() {
            return Ok(found);
        }
    }
}

/// As JavaScript writes a date, in UTC.
fn written(at: Time) -> String {
    let instant = jiff::Timestamp::from_nanosecond(i128::from(at.0)).unwrap_or_default();
    instant.strftime("%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_javascript() {
        let at = Time(1_772_784_909_512_000_000);
        assert_eq!(written(at), "Fri Mar 06 2026 08:15:09 GMT+0000 (Coordinated Universal Time)");
    }
}
