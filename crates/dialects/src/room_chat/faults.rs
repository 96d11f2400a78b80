//! What is wrong with a request, in the words of the validator that deployed clients know: one text for each
//! rule that is broken, and one for each key that is not asked for.

use crate::{
    body::Fields,
    refusal::{Refusal, invalid},
};
use chinwag_chat::{PasswordFault, PasswordRule, is_email};
use serde_json::{Value, json};

/// Most characters of a name.
const NAME: usize = 100;

/// The broken rules of one request.
pub(super) struct Faults<'f> {
    fields: &'f Fields,
    found: Vec<String>,
}

impl<'f> Faults<'f> {
    /// Those of a request that may hold these keys.
    pub(super) fn of(fields: &'f Fields, known: &[&str]) -> Self {
        let unknown = fields.keys().filter(|key| !known.contains(key));
        let found = unknown.map(|key| format!("property {key} should not exist")).collect();
        Self { fields, found }
    }

    /// The text under a key, which must not be empty.
    pub(super) fn text(&mut self, key: &str) -> &'f str {
        let given = self.fields.get(key);
        if matches!(given, None | Some(Value::Null)) || given.is_some_and(|text| text == "") {
            self.found.push(format!("{key} should not be empty"));
        }
        let text = given.and_then(Value::as_str);
        if text.is_none() {
            self.found.push(format!("{key} must be a string"));
        }
        text.unwrap_or_default()
    }

    /// The name that people read.
    pub(super) fn full_name(&mut self) -> &'f str {
        let name = self.text("fullName").trim();
        if name.is_empty() && self.found.iter().all(|fault| !fault.starts_with("fullName")) {
            self.found.push("fullName should not be empty".to_owned());
        }
        if name.chars().count() > NAME {
            let fault = format!("fullName must be shorter than or equal to {NAME} characters");
            self.found.push(fault);
        }
        if name.chars().any(char::is_control) {
            self.found.push("fullName must not hold control characters".to_owned());
        }
        name
    }

    /// The address, without the space around it.
    pub(super) fn email(&mut self) -> &'f str {
        let email = self.text("email").trim();
        if !is_email(email) {
            self.found.push("email must be an email".to_owned());
        }
        email
    }

    /// A password that is chosen now.
    pub(super) fn new_password(&mut self) -> &'f str {
        let password = self.text("password");
        for fault in PasswordRule::Mixed.faults(password) {
            let rule = match fault {
                PasswordFault::TooShort(least) => {
                    format!("be longer than or equal to {least} characters")
                }
                PasswordFault::TooLong(most) => {
                    format!("be shorter than or equal to {most} characters")
                }
                PasswordFault::Characters | PasswordFault::Kinds | PasswordFault::Common => {
                    "contain an upper case letter, a lower case letter and a digit or symbol"
                        .to_owned()
                }
            };
            self.found.push(format!("password must {rule}"));
        }
        password
    }

    /// The password must be there once more.
    pub(super) fn confirmation(&mut self) {
        self.text("passwordConfirmation");
        if self.fields.get("passwordConfirmation") != self.fields.get("password") {
            self.found.push("passwordConfirmation must match password exactly".to_owned());
        }
    }

    /// Nothing, if no rule is broken.
    ///
    /// # Errors
    /// The refusal that lists them.
    pub(super) fn none(self) -> Result<(), Refusal> {
        if self.found.is_empty() { Ok(()) } else { Err(refusal(&self.found)) }
    }
}

/// The refusal that lists broken rules.
pub(super) fn refusal(found: &[String]) -> Refusal {
    invalid("body").with_details(json!(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &Value) -> Vec<String> {
        let fields = Fields::of(body);
        let mut faults =
            Faults::of(&fields, &["fullName", "email", "password", "passwordConfirmation"]);
        faults.full_name();
        faults.email();
        faults.new_password();
        faults.confirmation();
        faults.found
    }

    fn with(key: &str, value: Value) -> Vec<String> {
        let mut body = json!({ "fullName": "Ines Abel", "email": " Ines@Example.org ", "password": "Tea7", "passwordConfirmation": "Tea7" });
        body[key] = value;
        found(&body)
    }

    #[test]
    fn says_what_the_validator_says() {
        assert_eq!(with("fullName", json!("I")), [""; 0]);
        assert_eq!(with("age", json!(3)), ["property age should not exist"]);
        for blank in [json!(""), json!("  ")] {
            assert_eq!(with("fullName", blank), ["fullName should not be empty"]);
        }
        assert_eq!(with("fullName", json!(7)), ["fullName must be a string"]);
        assert_eq!(
            with("fullName", json!("x".repeat(101))),
            ["fullName must be shorter than or equal to 100 characters"]
        );
        assert_eq!(with("email", json!("nope")), ["email must be an email"]);
        assert_eq!(
            with("email", json!(null)),
            ["email should not be empty", "email must be a string", "email must be an email"]
        );
        assert_eq!(
            with("passwordConfirmation", json!("Tea8")),
            ["passwordConfirmation must match password exactly"]
        );
    }

    #[test]
    fn says_what_is_wrong_with_a_password() {
        let kinds =
            "password must contain an upper case letter, a lower case letter and a digit or symbol";
        let both = |password: &str| {
            found(
                &json!({ "fullName": "I", "email": "i@example.org", "password": password, "passwordConfirmation": password }),
            )
        };
        assert_eq!(both("Te7"), ["password must be longer than or equal to 4 characters"]);
        assert_eq!(
            both(&format!("Te7{}", "x".repeat(18))),
            ["password must be shorter than or equal to 20 characters"]
        );
        assert_eq!(both("teapot7"), [kinds]);
        assert_eq!(both("Tea-"), [""; 0]);
        assert_eq!(found(&json!({})).len(), 11, "{:?}", found(&json!({})));
    }
}
