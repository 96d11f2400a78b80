//! The same people in every dialect at once: what one of them says or does through one surface, the others hear
//! and feel in all of them, each in its own shape.

mod blocks;
mod open;
pub(super) mod person;
mod reading;
mod removals;
mod say;
mod sign_outs;
mod squares;
mod words;

use super::pingtalk;
use chinwag_testkit::TestServer;
use person::Person;

/// Everyone's password: every dialect would take it at sign-up.
pub(super) const PASSWORD: &str = "Harbour!12";

/// The surfaces through which two people talk with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Surface {
    Native,
    MessagingService,
    MessagingApp,
    Pingtalk,
}

impl Surface {
    const ALL: [Self; 4] =
        [Self::Native, Self::MessagingService, Self::MessagingApp, Self::Pingtalk];
}

/// Two who are connected, and their chat.
pub(super) async fn pair(server: &TestServer) -> (Person, Person, String) {
    let lena = Person::register(server, "lena").await;
    let tom = Person::register(server, "tom").await;
    pingtalk::connect(&lena.ping, &tom.ping).await;
    let chat = pingtalk::chat(&lena.ping, &tom.ping).await;
    (lena, tom, chat)
}
