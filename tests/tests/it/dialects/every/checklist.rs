//! What must not break for deployed clients, point by point: the checklist at the end of the common rules of the
//! contracts. Each point runs the tests that show it.

use crate::dialects::{
    every, health, live_chat, messaging_app, messaging_service, pingtalk, room_chat,
};
use chinwag_testkit::Engine;

macro_rules! points {
    ($($(#[doc = $doc:literal])* $point:ident: $($shown_by:path),+;)*) => {$(
        $(#[doc = $doc])*
        mod $point {
            use super::*;

            async fn run(engine: Engine) {
                $(Box::pin($shown_by(engine)).await;)+
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                run(Engine::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                run(Engine::Postgres).await;
            }
        }
    )*};
}

points! {
    /// messaging-app: registering answers 201, signing in 200, a first send 201, a repeat 200 with `idempotent` in
    /// `message`.
    point_01: messaging_app::accounts::registers_and_signs_in::run, messaging_app::messages::a_first_send_and_a_repeat::run;
    /// messaging-app accepts a PEM-shaped key that is not a real key, a key with a newline after its END line, unknown
    /// body keys, and a `clientMessageId` that is not a UUID.
    point_02: messaging_app::accounts::registers_and_signs_in::run, messaging_app::messages::a_key_is_ones_own::run;
    /// `GET /health` is 200 when healthy, and each `/health/<service>` body contains the word `healthy`.
    point_03: health::every_part_by_its_role::run, health::the_services_of_messaging_app::run;
    /// messaging-app: `mark_read` and `mark_delivered` take an array; `typing_start` takes an object or a bare id; a
    /// missing payload to any event harms nobody.
    point_04: messaging_app::live::a_message_and_its_fate::run, messaging_app::live::typing::run, messaging_app::live::odd_payloads_harm_nobody::run;
    /// room-chat accepts `bearer`, `Bearer` and `BEARER` in the query; an extra payload key disconnects that client.
    point_05: room_chat::sockets::with_the_token_in_the_address::run, room_chat::violations::whatever_is_not_in_the_table::run;
    /// room-chat: history reaches the joiner one event per message, oldest first, before any live message; the joiner
    /// gets no welcome, everybody else in the room does, also in a room that was empty of messages.
    point_06: room_chat::rooms::the_last_ten_in_order::run, room_chat::rooms::history_comes_before_what_happens::run, room_chat::rooms::an_empty_room_is_told_who_comes::run;
    /// room-chat: signing in with a field missing is 401, not 400; signing up with an unknown field is 400 with an array
    /// in `message`.
    point_07: room_chat::accounts::something_missing_at_sign_in_is_401::run, room_chat::accounts::what_is_wrong_with_a_sign_up_is_listed::run;
    /// live-chat: `/api/messages` with nothing to return answers `[]`.
    point_08: live_chat::messages::nothing_is_an_empty_array::run;
    /// live-chat: both credentials are needed; an expired access token with a good cookie succeeds on any authenticated
    /// call and returns new credentials; two such calls in parallel both succeed and both results stay usable.
    point_09: live_chat::credentials::both_are_needed::run, live_chat::credentials::any_call_renews_and_has_its_own_outcome::run, live_chat::credentials::calls_side_by_side_all_succeed::run;
    /// live-chat: signed-in counts are per account, and correct again within 30 s after a replica was killed.
    point_10: live_chat::sockets::counts_are_of_accounts_and_of_guests::run, live_chat::sockets::counts_are_right_again_after_a_crash::run;
    /// pingtalk: lists of invites have one shape, with `data`, `count` and `source` at the top, cached or not.
    point_11: pingtalk::invites::lists_newest_first_by_status::run;
    /// pingtalk: `create-direct` sent immediately after `respond` returned is 201, never 403.
    point_12: pingtalk::chats::one_for_a_pair::run;
    /// pingtalk: `/profile/profile/:userId`, Socket.IO at `/chat/socket.io/`, and the cookie handshake work.
    point_13: pingtalk::profiles::from_sign_up_on::run, pingtalk::live::who_may_enter::run;
    /// messaging-service: the cookie lives 24 h; asking for n yields at most n; a signed-out session is refused; both
    /// partners see the chat.
    point_14: messaging_service::sessions::the_cookie_lives_a_day::run, messaging_service::messages::n_means_n::run, messaging_service::sessions::signing_out_ends_it::run, messaging_service::messages::a_message_is_read_by_both::run;
    /// Events emitted in the first milliseconds after connecting are handled; no payload on any socket ends anything but
    /// (in room-chat) that one socket.
    point_15: messaging_app::live::what_is_said_at_once_is_heard::run, room_chat::sockets::what_is_said_at_once_is_heard::run, live_chat::live::frames_right_after_the_handshake_are_handled::run, pingtalk::live::in_the_order_it_was_said::run, every::frames::odd_events_are_passed_over::run, every::frames::in_rooms_all_of_that_is_a_violation::run;
    /// Parallel sends with one `clientMessageId`: exactly one 201, the others 200 with the same message; the same key from
    /// another account is a new message.
    point_16: messaging_app::messages::a_key_is_ones_own::run;
}
