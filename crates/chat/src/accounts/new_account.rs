//! A registration that has been read and found sound, every refused field named at once.

use super::{canon, email::email, handle, username::username};
use crate::{profiles::bounds::NAME, random, sessions::password_rules, text};
use chinwag_wire::{Code, FieldError, Problem, Register};

/// What an account shall be, apart from its password.
pub(super) struct NewAccount {
    /// Usernames to try in turn until one is free: one if it was chosen, several if derived.
    pub(super) usernames: Vec<Username>,
    /// Lower-cased, which is also its canonical form.
    pub(super) email: Option<String>,
    /// The name people read; the username where absent.
    pub(super) display_name: Option<String>,
}

/// A username and what it is compared by.
pub(super) struct Username {
    pub(super) shown: String,
    pub(super) key: String,
}

impl NewAccount {
    /// Reads a registration.
    ///
    /// # Errors
    /// `invalid`, with all fields that were refused.
    pub(super) fn read(body: &Register) -> Result<Self, Problem> {
        let mut refused = Vec::new();
        if body.username.is_none() && body.email.is_none() {
            refused.push(field("username", "give a username, an email address, or both"));
        }
        let username = keep(&mut refused, body.username.as_deref().map(username).transpose());
        let email = keep(&mut refused, body.email.as_deref().map(email).transpose());
        let display_name = body.display_name.as_deref().map(str::trim);
        refused.extend(line("display_name", display_name, NAME));
        refused.extend(line("device", body.device.as_deref(), crate::sessions::DEVICE_CHARACTERS));
        refused.extend(password_rules::refusal("password", &body.password));
        if !refused.is_empty() {
            return Err(Problem { errors: refused, ..Code::Invalid.into() });
        }
        let usernames = match (&body.username, username.flatten()) {
            (Some(shown), Some(key)) => vec![Username { shown: shown.clone(), key }],
            _ => derived(display_name.unwrap_or_default()),
        };
        Ok(Self {
            usernames,
            email: email.flatten(),
            display_name: display_name.map(str::to_owned),
        })
    }
}

fn derived(display_name: &str) -> Vec<Username> {
    let candidates = handle::candidates(display_name, &random::bytes());
    candidates.into_iter().map(|shown| Username { key: canon(&shown), shown }).collect()
}

fn field(field: &str, message: &str) -> FieldError {
    FieldError { field: field.to_owned(), message: message.to_owned() }
}

fn line(field: &str, text: Option<&str>, most: usize) -> Vec<FieldError> {
    text.and_then(|text| text::line(field, text, most).err())
        .map_or_else(Vec::new, |problem| problem.errors)
}

fn keep<T>(refused: &mut Vec<FieldError>, read: Result<T, FieldError>) -> Option<T> {
    read.map_err(|error| refused.push(error)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(json: &str) -> Register {
        serde_json::from_str(json).unwrap()
    }

    fn fields(json: &str) -> Vec<String> {
        NewAccount::read(&body(json))
            .err()
            .unwrap()
            .errors
            .into_iter()
            .map(|error| error.field)
            .collect()
    }

    #[test]
    fn names_every_refused_field_at_once() {
        let bad = r#"{"username":"a@b","email":"x","password":"short","display_name":" ","device":"a\u0007"}"#;
        assert_eq!(fields(bad), ["username", "email", "display_name", "device", "password"]);
        assert_eq!(fields(r#"{"password":"a long enough one"}"#), ["username"]);
        assert_eq!(
            fields(r#"{"username":"ann","password":"Password1"}"#),
            ["password"],
            "a common one"
        );
    }

    #[test]
    fn derives_a_handle_from_the_display_name_alone() {
        let read = NewAccount::read(&body(r#"{"email":"Secret.Name@example.org","password":"a long enough one","display_name":"Ann Lee"}"#)).unwrap();
        assert_eq!(
            (read.usernames[0].shown.as_str(), read.email.as_deref()),
            ("ann-lee", Some("secret.name@example.org"))
        );
        let read = NewAccount::read(&body(
            r#"{"email":"secret.name@example.org","password":"a long enough one"}"#,
        ))
        .unwrap();
        assert!(read.usernames.iter().all(|name| name.key.starts_with("user")));
    }
}
