//! The letter to the address that an account had.

use super::letter::{Draft, Postman};
use crate::Chat;
use chinwag_mail::Letter;
use minijinja::Value;
use uuid::Uuid;

impl Chat {
    /// The letter that says so.
    pub(super) fn compose_email_changed(
        &self,
        postman: &Postman,
        id: Uuid,
        to: String,
        username: String,
    ) -> Letter {
        let about = vec![("username", Value::from(username))];
        self.letter(
            postman,
            Draft { id, to, template: "email_changed", link: None, unsubscribe: None, about },
        )
    }
}
