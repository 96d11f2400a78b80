//! Which fields of a request go together: what a list of fields cannot say of itself. Each choice is
//! described beside the object with all fields; the rules themselves are the product's.

use utoipa::openapi::{
    Components, RefOr, Schema,
    schema::{AllOfBuilder, AnyOfBuilder, Object, ObjectBuilder, Type},
};

/// A way to fill in a request: the fields that must be there and not be null, the words that some must
/// be, and those that must be away, or null.
struct Way {
    given: &'static [&'static str],
    word: Option<(&'static str, &'static str)>,
    away: &'static [&'static str],
}

const fn given(given: &'static [&'static str]) -> Way {
    Way { given, word: None, away: &[] }
}

/// Schema, and the ways to fill it in, at least one of which must fit.
const CHOICES: &[(&str, &[Way])] = &[
    ("Register", &[given(&["username"]), given(&["email"])]),
    (
        "RequestContact",
        &[
            Way { given: &["account_id"], word: None, away: &["username", "email"] },
            Way { given: &["username"], word: None, away: &["account_id", "email"] },
            Way { given: &["email"], word: None, away: &["account_id", "username"] },
        ],
    ),
    ("Mark", &[given(&["delivered"]), given(&["read"])]),
    (
        "NewReport",
        &[
            Way { given: &["account_id"], word: None, away: &["conversation_id", "seq"] },
            Way { given: &["conversation_id", "seq"], word: None, away: &["account_id"] },
        ],
    ),
    (
        "CreateConversation",
        &[
            Way {
                given: &["account_id"],
                word: Some(("kind", "direct")),
                away: &["username", "name", "members", "guests_read"],
            },
            Way {
                given: &["username"],
                word: Some(("kind", "direct")),
                away: &["account_id", "name", "members", "guests_read"],
            },
            Way {
                given: &["name"],
                word: Some(("kind", "group")),
                away: &["account_id", "username", "guests_read"],
            },
            Way {
                given: &["name"],
                word: Some(("kind", "room")),
                away: &["account_id", "username", "members"],
            },
        ],
    ),
];

/// Writes the choices into the schemas.
pub(super) fn apply(components: &mut Components) {
    for (name, ways) in CHOICES {
        let Some(schema) = components.schemas.remove(*name) else { continue };
        let RefOr::T(Schema::Object(object)) = &schema else { continue };
        let any =
            ways.iter().fold(AnyOfBuilder::new(), |any, way| any.item(described(object, way)));
        let all = AllOfBuilder::new()
            .description(object.description.clone())
            .item(schema.clone())
            .item(Schema::AnyOf(any.build()));
        components.schemas.insert((*name).to_owned(), RefOr::T(Schema::AllOf(all.build())));
    }
}

fn described(object: &Object, way: &Way) -> Schema {
    let mut described = ObjectBuilder::new().schema_type(Type::Object);
    for field in way.given {
        described = described.property(*field, present(object, field)).required(*field);
    }
    if let Some((field, word)) = way.word {
        let only = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([word]));
        described = described.property(field, only.build()).required(field);
    }
    for field in way.away {
        described = described.property(*field, absent(object, field));
    }
    described.into()
}

/// Any value of the field's type but null.
fn present(object: &Object, field: &str) -> Schema {
    let kind = match object.properties.get(field) {
        Some(RefOr::T(Schema::Object(field))) if holds(field, &Type::Integer) => Type::Integer,
        _ => Type::String,
    };
    ObjectBuilder::new().schema_type(kind).build().into()
}

/// What says nothing: null, or for those that cannot be null, false or an empty list.
fn absent(object: &Object, field: &str) -> Schema {
    match object.properties.get(field) {
        Some(RefOr::T(Schema::Object(field))) if holds(field, &Type::Boolean) => {
            ObjectBuilder::new()
                .schema_type(Type::Boolean)
                .enum_values(Some([false]))
                .build()
                .into()
        }
        Some(RefOr::T(Schema::Array(list))) => {
            let mut empty = list.clone();
            empty.max_items = Some(0);
            Schema::Array(empty)
        }
        _ => ObjectBuilder::new().schema_type(Type::Null).build().into(),
    }
}

fn holds(field: &Object, kind: &Type) -> bool {
    use utoipa::openapi::schema::SchemaType;
    match &field.schema_type {
        SchemaType::Type(one) => one == kind,
        SchemaType::Array(several) => several.contains(kind),
        SchemaType::AnyValue => false,
    }
}
