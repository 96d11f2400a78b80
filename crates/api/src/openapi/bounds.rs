//! What a field may hold beyond its type, for the description: lengths in characters and lowest
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
    /// Fewest and most characters.
    Length(usize, usize),
    /// Lowest number.
    From(isize),
    /// Visible ASCII, 1 to 64 characters.
    Key,
}
use Bound::{From, Key, Length};

/// Schema, field, bound.
const BOUNDS: &[(&str, &str, Bound)] = &[
    ("Register", "username", Length(1, 64)),
    ("Register", "email", Length(3, 254)),
    ("Register", "password", Length(8, 1024)),
    ("Register", "display_name", Length(1, 100)),
    ("Register", "device", Length(1, 100)),
    ("SignIn", "name", Length(1, 1024)),
    ("SignIn", "device", Length(1, 100)),
    ("ChangePassword", "new_password", Length(8, 1024)),
    ("CreateConversation", "name", Length(1, 128)),
    ("CreateConversation", "client_id", Key),
    ("UpdateConversation", "name", Length(1, 128)),
    ("SendMessage", "client_id", Key),
    ("SendMessage", "subject", Length(1, 256)),
    ("SendMessage", "reply_to", From(1)),
    ("Mark", "delivered", From(0)),
    ("Mark", "read", From(0)),
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
    let Some(RefOr::T(Schema::Object(field))) = object.properties.get_mut(field) else { return };
    match *bound {
        Length(fewest, most) => (field.min_length, field.max_length) = (Some(fewest), Some(most)),
        From(lowest) => field.minimum = Some(Number::Int(lowest)),
        Key => field.pattern = Some("^[!-~]{1,64}$".to_owned()),
    }
}

/// A message is either plain or encrypted, never both.
fn narrow_content(kind: &mut RefOr<Schema>) {
    let RefOr::T(Schema::Object(object)) = kind else { return };
    object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
    for field in ["text", "encrypted"] {
        narrow_field(object, field, &Length(1, CONTENT));
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
            let Some(RefOr::T(Schema::Object(object))) = schemas.get(*schema) else {
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
}
