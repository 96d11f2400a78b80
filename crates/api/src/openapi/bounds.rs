//! What a field may hold beyond its type, for the description: lengths in characters, patterns, lowest
//! numbers. The rules themselves, which count bytes where this can only count characters, are the product's.

use utoipa::{
    Number,
    openapi::{
        Components, RefOr, Schema,
        schema::{AdditionalProperties, Object},
    },
};

/// A bound of one field.
enum Bound {
    /// Fewest and most characters, and what they may be.
    Text(usize, usize, &'static str),
    /// Lowest number.
    From(isize),
    /// Lowest and highest number.
    Between(isize, isize),
    /// One of these words.
    Word(&'static [&'static str]),
}
use Bound::{Between, From, Text, Word};

/// Any text that can be stored: no NUL.
const STORABLE: &str = r"^[^\u0000]*$";
/// At least eight characters of that.
const NEW_PASSWORD: &str = r"^[^\u0000]{8,1024}$";
/// A line: not blank, no control characters.
const LINE: &str = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$";
/// One or more lines, not blank.
const WORDS: &str = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$";
/// ASCII in one or more lines, not blank.
const ASCII: &str = r"^[\t\n\r -~]*[!-~][\t\n\r -~]*$";
/// Visible ASCII.
const KEY: &str = "^[!-~]{1,64}$";
/// No control characters, no `@`, no space at either end.
const USERNAME: &str = r"^[^\s@\u0000-\u001f\u007f-\u009f]([^@\u0000-\u001f\u007f-\u009f]*[^\s@\u0000-\u001f\u007f-\u009f])?$";
/// The plain form of RFC 5321: no quotes, no comments.
const EMAIL: &str = "^(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@\
    [A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$";

/// Schema, field, bound.
const BOUNDS: &[(&str, &str, Bound)] = &[
    ("Register", "username", Text(1, 64, USERNAME)),
    ("Register", "email", Text(3, 254, EMAIL)),
    ("Register", "password", Text(8, 1024, NEW_PASSWORD)),
    ("Register", "display_name", Text(1, 100, LINE)),
    ("Register", "owner_link", Text(0, 1024, STORABLE)),
    ("Register", "device", Text(1, 100, LINE)),
    ("SignIn", "name", Text(1, 1024, STORABLE)),
    ("SignIn", "password", Text(0, 1024, STORABLE)),
    ("SignIn", "device", Text(1, 100, LINE)),
    ("SignIn", "known_device", Text(0, 1024, STORABLE)),
    ("ChangeEmail", "email", Text(3, 254, EMAIL)),
    ("ChangeEmail", "current_password", Text(0, 1024, STORABLE)),
    ("VerifyEmail", "token", Text(0, 1024, STORABLE)),
    ("RequestReset", "email", Text(3, 254, EMAIL)),
    ("ResetPassword", "token", Text(0, 1024, STORABLE)),
    ("ResetPassword", "password", Text(8, 1024, NEW_PASSWORD)),
    ("Refresh", "refresh_token", Text(0, 1024, STORABLE)),
    ("ChangePassword", "current_password", Text(0, 1024, STORABLE)),
    ("ChangePassword", "new_password", Text(8, 1024, NEW_PASSWORD)),
    ("RequestContact", "username", Text(1, 64, STORABLE)),
    ("RequestContact", "email", Text(3, 254, EMAIL)),
    ("RequestContact", "text", Text(1, 280, LINE)),
    ("UpdateProfile", "display_name", Text(1, 100, LINE)),
    ("UpdateProfile", "first_name", Text(1, 100, LINE)),
    ("UpdateProfile", "last_name", Text(1, 100, LINE)),
    ("UpdateProfile", "about", Text(1, 1000, WORDS)),
    ("UpdateProfile", "gender", Text(1, 50, LINE)),
    ("UpdateProfile", "age", Between(0, 150)),
    ("UpdateProfile", "status_text", Text(1, 140, LINE)),
    ("UpdateProfile", "public_key", Text(1, 8192, ASCII)),
    ("CreateConversation", "username", Text(1, 64, STORABLE)),
    ("CreateConversation", "name", Text(1, 128, LINE)),
    ("CreateConversation", "client_id", Text(1, 64, KEY)),
    ("UpdateConversation", "name", Text(1, 128, LINE)),
    ("SendMessage", "client_id", Text(1, 64, KEY)),
    ("SendMessage", "subject", Text(1, 256, LINE)),
    ("SendMessage", "reply_to", From(1)),
    ("Suspend", "reason", Text(1, 500, LINE)),
    ("NewReport", "text", Text(1, 2000, WORDS)),
    ("NewReport", "seq", From(1)),
    ("ResolveReport", "note", Text(1, 2000, WORDS)),
    ("DeleteOwnAccount", "password", Text(0, 1024, STORABLE)),
    ("Mark", "delivered", From(0)),
    ("Mark", "read", From(0)),
    ("SetPresence", "state", Word(&["online", "away", "busy"])),
];

/// Most characters of a message.
const CONTENT: usize = 65_536;

/// Writes the bounds into the schemas.
pub(super) fn apply(components: &mut Components) {
    for (schema, field, bound) in BOUNDS {
        if let Some(RefOr::T(Schema::Object(object))) = components.schemas.get_mut(*schema) {
            narrow_field(object, field, bound);
        }
    }
    if let Some(RefOr::T(Schema::OneOf(content))) = components.schemas.get_mut("Content") {
        content.items.iter_mut().for_each(narrow_content);
    }
}

fn narrow_field(object: &mut Object, field: &str, bound: &Bound) {
    let Some(property) = object.properties.get_mut(field) else { return };
    if let Word(words) = bound {
        *property = RefOr::T(Schema::Object(one_of(words)));
    }
    let RefOr::T(Schema::Object(property)) = property else { return };
    match *bound {
        Text(fewest, most, pattern) => {
            (property.min_length, property.max_length) = (Some(fewest), Some(most));
            property.pattern = Some(pattern.to_owned());
        }
        Between(lowest, highest) => {
            property.minimum = Some(Number::Int(lowest));
            property.maximum = Some(Number::Int(highest));
        }
        From(lowest) => property.minimum = Some(Number::Int(lowest)),
        Word(_) => {}
    }
}

/// A text that is one of these words.
fn one_of(words: &[&str]) -> Object {
    let mut object = Object::with_type(utoipa::openapi::schema::Type::String);
    object.enum_values = Some(words.iter().map(|word| (*word).into()).collect());
    object
}

/// A message is either plain or encrypted, never both.
fn narrow_content(kind: &mut RefOr<Schema>) {
    let RefOr::T(Schema::Object(object)) = kind else { return };
    object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
    for field in ["text", "encrypted"] {
        narrow_field(object, field, &Text(1, CONTENT, STORABLE));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bound_has_its_field() {
        let document = crate::openapi();
        let schemas = document.components.expect("there are schemas").schemas;
        for (schema, field, _) in BOUNDS {
            let Some(RefOr::T(Schema::Object(object))) = whole(&schemas[*schema]) else {
                panic!("{schema} is not an object")
            };
            assert!(
                matches!(object.properties.get(*field), Some(RefOr::T(Schema::Object(_)))),
                "{schema}.{field}"
            );
        }
        let Some(RefOr::T(Schema::OneOf(content))) = schemas.get("Content") else {
            panic!("content has two kinds")
        };
        assert_eq!(content.items.len(), 2);
    }

    /// The object with all fields, where choices among them are described beside it.
    fn whole(schema: &RefOr<Schema>) -> Option<&RefOr<Schema>> {
        match schema {
            RefOr::T(Schema::AllOf(all)) => all.items.first(),
            _ => Some(schema),
        }
    }
}
