//! What proves a session of another surface: tokens with claims of its own, signed ids, and refresh
//! tokens that are spent.

use crate::{
    enrolling::named,
    rig::{Rig, here},
    surfaces::DAY,
};
use chinwag_chat::{Actor, Chat, SessionKind, Unproven};
use serde_json::json;
use std::time::Duration;
use uuid::Uuid;

crate::on_both_engines! {
    a_token_is_good_everywhere_while_its_session_lives
    an_id_proves_its_session_signed_or_bare
    a_refresh_token_is_spent_once_and_a_little_longer
    a_copied_refresh_token_ends_the_session
    one_that_is_used_alone_ends_those_before_it
    a_refresh_slides_the_session
}

const LIFE: Duration = Duration::from_secs(900);
const MONTH: SessionKind =
    SessionKind { surface: "sliding", life: Duration::from_secs(30 * 86_400), sliding: true };

async fn actor(rig: &Rig, kind: &SessionKind) -> Actor {
    let made = rig.chat.enrol(&here(), named("ann", "x")).await.unwrap();
    rig.chat.open_session(&here(), made.id, kind).await.unwrap().actor
}

fn token(chat: &Chat, actor: &Actor) -> String {
    let claims = json!({ "id": "x" }).as_object().unwrap().clone();
    chat.issue_token(actor, "messaging-app", claims, LIFE).unwrap().token
}

async fn a_token_is_good_everywhere_while_its_session_lives(rig: Rig) {
    let actor = actor(&rig, &DAY).await;
    let token = token(&rig.chat, &actor);
    let proven = rig.chat.prove(&token).await.unwrap();
    assert_eq!((proven.actor.account, proven.actor.session), (actor.account, actor.session));
    assert_eq!(
        (proven.claims["id"].clone(), proven.claims["sid"].clone()),
        (json!("x"), json!(actor.session))
    );
    assert_eq!(rig.chat.authenticate(&token).await.unwrap(), proven.actor, "natively too");
    let native = rig.register("bob").await;
    assert_eq!(
        rig.chat.prove(&native.access_token).await.unwrap().actor.session,
        native.session_id
    );
    rig.wait(901);
    let expired = rig.chat.prove(&token).await;
    assert!(matches!(expired, Err(Unproven::Expired(whose)) if whose.account == actor.account));
    assert!(rig.chat.authenticate(&token).await.is_err());
    let token = self::token(&rig.chat, &actor);
    rig.chat.sign_out(&actor, &here()).await.unwrap();
    assert_eq!(rig.chat.prove(&token).await, Err(Unproven::Revoked));
    let restarted = rig.again(crate::rig::options()).await;
    assert_eq!(restarted.prove(&token).await, Err(Unproven::Revoked));
}

async fn an_id_proves_its_session_signed_or_bare(rig: Rig) {
    let actor = actor(&rig, &DAY).await;
    let id = rig.chat.opaque_id(&actor).await.unwrap();
    assert_eq!(id.get_version_num(), 4);
    let id = id.to_string();
    let signature = rig.chat.sign_id(&id);
    assert!(signature.len() == 43 && !signature.contains('='));
    for signature in [Some(signature.as_str()), None] {
        let proven = rig.chat.prove_id(&id, signature).await.unwrap();
        assert_eq!((proven.actor, proven.surface.as_deref()), (actor, Some("a surface")));
    }
    let other = Uuid::from_u128(7).to_string();
    let forged = rig.chat.prove_id(&id, Some(&rig.chat.sign_id(&other))).await;
    assert_eq!(forged, Err(Unproven::Signature));
    assert_eq!(rig.chat.prove_id(&id, Some("")).await, Err(Unproven::Signature));
    assert_eq!(rig.chat.prove_id(&other, None).await, Err(Unproven::Revoked), "invented");
    assert_eq!(rig.chat.prove_id("x", None).await, Err(Unproven::Malformed));
    let session = actor.session.to_string();
    assert_eq!(
        rig.chat.prove_id(&session, None).await,
        Err(Unproven::Revoked),
        "not the session's own"
    );
    rig.chat.sign_out(&actor, &here()).await.unwrap();
    assert_eq!(rig.chat.prove_id(&id, None).await, Err(Unproven::Revoked));
}

async fn a_refresh_token_is_spent_once_and_a_little_longer(rig: Rig) {
    let actor = actor(&rig, &MONTH).await;
    let first = rig.chat.issue_refresh(&actor, "live-chat", MONTH.life).await.unwrap().token;
    assert_eq!(rig.chat.check_refresh(&first).await.unwrap().session, actor.session);
    let access = token(&rig.chat, &actor);
    assert_eq!(
        rig.chat.check_refresh(&access).await,
        Err(Unproven::Signature),
        "never for another"
    );
    assert_eq!(rig.chat.prove(&first).await, Err(Unproven::Signature));
    let mut pairs = Vec::new();
    for seconds in [0, 1, 28] {
        rig.wait(seconds);
        pairs.push(rig.chat.use_refresh(&here(), &first, &MONTH).await.unwrap());
    }
    for pair in &pairs {
        assert_eq!((pair.account.id, pair.actor.session), (actor.account, actor.session));
        let next = rig.chat.use_refresh(&here(), &pair.refresh.token, &MONTH).await;
        assert!(next.is_ok(), "each is good");
    }
}

async fn a_copied_refresh_token_ends_the_session(rig: Rig) {
    let actor = actor(&rig, &MONTH).await;
    let first = rig.chat.issue_refresh(&actor, "live-chat", MONTH.life).await.unwrap().token;
    let next = rig.chat.use_refresh(&here(), &first, &MONTH).await.unwrap().refresh.token;
    rig.wait(31);
    let copied = rig.chat.use_refresh(&here(), &first, &MONTH).await;
    assert_eq!(copied.err(), Some(Unproven::Revoked));
    assert!(rig.chat.session_alive(&actor).await.is_err());
    let late = rig.chat.use_refresh(&here(), &next, &MONTH).await;
    assert_eq!(late.err(), Some(Unproven::Revoked), "the family goes");
    assert_eq!(rig.chat.check_refresh(&next).await, Err(Unproven::Revoked));
}

async fn one_that_is_used_alone_ends_those_before_it(rig: Rig) {
    let actor = actor(&rig, &MONTH).await;
    let first = rig.chat.issue_refresh(&actor, "live-chat", MONTH.life).await.unwrap().token;
    let next = async |token: &str| rig.chat.use_refresh(&here(), token, &MONTH).await;
    let copied = next(&first).await.unwrap().refresh.token;
    let own = next(&first).await.unwrap().refresh.token;
    rig.wait(60);
    let beside = next(&own).await.unwrap().refresh.token;
    let alone = rig.chat.use_refresh_alone(&here(), &own, &MONTH).await.unwrap();
    assert_eq!(alone.actor.session, actor.session);
    for gone in [&first, &copied] {
        assert_eq!(next(gone).await.err(), Some(Unproven::Revoked));
    }
    for good in [&beside, &alone.refresh.token, &own] {
        assert!(next(good).await.is_ok(), "what calls side by side were given works");
    }
}

async fn a_refresh_slides_the_session(rig: Rig) {
    let actor = actor(&rig, &MONTH).await;
    let mut refresh = rig.chat.issue_refresh(&actor, "live-chat", MONTH.life).await.unwrap().token;
    for _ in 0..8 {
        rig.wait(20 * 86_400);
        refresh = rig.chat.use_refresh(&here(), &refresh, &MONTH).await.unwrap().refresh.token;
    }
    assert!(rig.chat.session_alive(&actor).await.is_ok());
    rig.wait(30 * 86_400);
    assert!(matches!(rig.chat.check_refresh(&refresh).await, Err(Unproven::Expired(_))));
    assert!(rig.chat.session_alive(&actor).await.is_err());
}
