//! What is wrong with a request, rule by rule, in the words of the validator that deployed clients know.

use crate::{
    body::Fields,
    refusal::{Refusal, invalid},
};
use serde_json::{Value, json};

/// The broken rules of one request.
#[derive(Default)]
pub(super) struct Faults(Vec<Value>);

impl Faults {
    /// The text under a key, where there is one; else that is a fault.
    pub(super) fn text<'f>(&mut self, fields: &'f Fields, key: &str) -> Option<&'f str> {
        match fields.get(key) {
            Some(Value::String(text)) => Some(text),
            other => {
                self.wrong_type(key, "string", kind(other));
                None
            }
        }
    }

    /// The text under a key that need not be there.
    pub(super) fn optional_text<'f>(&mut self, fields: &'f Fields, key: &str) -> Option<&'f str> {
        if fields.has(key) { self.text(fields, key) } else { None }
    }

    /// Something missing, or of another type.
    pub(super) fn wrong_type(&mut self, key: &str, expected: &str, received: &str) {
        let message = match received {
            "undefined" => "Required".to_owned(),
            _ => format!("Expected {expected}, received {received}"),
        };
        self.0.push(json!({
            "code": "invalid_type", "expected": expected, "received": received, "path": [key], "message": message,
        }));
    }

    /// A text that is too short.
    pub(super) fn too_short(&mut self, key: &str, minimum: usize, message: &str) {
        self.0.push(json!({
            "code": "too_small", "minimum": minimum, "type": "string", "inclusive": true, "exact": false,
            "message": message, "path": [key],
        }));
    }

    /// A text that is too long.
    pub(super) fn too_long(&mut self, key: &str, maximum: usize, message: &str) {
        self.0.push(json!({
            "code": "too_big", "maximum": maximum, "type": "string", "inclusive": true, "exact": false,
            "message": message, "path": [key],
        }));
    }

    /// A text that does not look as it must.
    pub(super) fn pattern(&mut self, key: &str, message: &str) {
        self.0.push(json!({
            "validation": "regex", "code": "invalid_string", "message": message, "path": [key],
        }));
    }

    /// A word that is none of those known.
    pub(super) fn not_one_of(&mut self, key: &str, received: &str, options: &[&str]) {
        let quoted: Vec<String> = options.iter().map(|option| format!("'{option}'")).collect();
        let message =
            format!("Invalid enum value. Expected {}, received '{received}'", quoted.join(" | "));
        self.0.push(json!({
            "received": received, "code": "invalid_enum_value", "options": options, "path": [key], "message": message,
        }));
    }

    /// Anything else.
    pub(super) fn other(&mut self, key: &str, message: &str) {
        self.0.push(json!({ "code": "custom", "message": message, "path": [key] }));
    }

    /// Nothing, if no rule is broken.
    ///
    /// # Errors
    /// The refusal that lists them.
    pub(super) fn none(self) -> Result<(), Refusal> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(invalid("body").with_details(Value::Array(self.0)))
    }
}

/// What the validator calls the type of a value.
fn kind(value: Option<&Value>) -> &'static str {
    match value {
        None => "undefined",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "boolean",
        Some(Value::Number(_)) => "number",
        Some(Value::String(_)) => "string",
        Some(Value::Array(_)) => "array",
        Some(Value::Object(_)) => "object",
    }
}

/// How long a text is, as the validator counts.
pub(super) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_the_validator_says() {
        let mut faults = Faults::default();
        let fields = Fields::of(&json!({ "b": 7, "c": null }));
        for key in ["a", "b", "c"] {
            assert_eq!(faults.text(&fields, key), None);
        }
        faults.not_one_of("status", "gone", &["sent", "read"]);
        let messages: Vec<_> =
            faults.0.iter().map(|fault| fault["message"].as_str().unwrap()).collect();
        assert_eq!(
            messages,
            [
                "Required",
                "Expected string, received number",
                "Expected string, received null",
                "Invalid enum value. Expected 'sent' | 'read', received 'gone'"
            ]
        );
        assert_eq!(faults.0[0]["received"], "undefined");
        assert!(faults.none().is_err() && Faults::default().none().is_ok());
    }
}
