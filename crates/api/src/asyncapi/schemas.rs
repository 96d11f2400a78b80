//! Collects the schemas of types, and names them in references.

use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// Schemas by name.
#[derive(Default)]
pub(super) struct Schemas(Map<String, Value>);

impl Schemas {
    /// Adds a type and all it is made of; answers with a reference to it.
    pub(super) fn refer<T: ToSchema>(&mut self) -> Value {
        let mut parts = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut parts);
        for (name, schema) in parts {
            self.0.insert(name, serde_json::to_value(schema).expect("schemas always serialise"));
        }
        json!({"$ref": format!("#/components/schemas/{}", T::name())})
    }

    /// All of them.
    pub(super) fn into_value(self) -> Value {
        self.0.into()
    }
}
