//! The OpenAPI document of a dialect, written from a table: its routes, what each asks for, and what it answers.

#[cfg(test)]
use crate::routes::Known;
use serde_json::{Map, Value, json};

/// A dialect, as its document introduces it.
pub(crate) struct Description {
    /// Where the document is served.
    pub(crate) path: &'static str,
    pub(crate) title: &'static str,
    pub(crate) about: &'static str,
    /// How a caller shows who they are: the security scheme of OpenAPI, as JSON.
    pub(crate) credential: fn() -> Value,
    pub(crate) calls: &'static [Call],
}

/// One route.
pub(crate) struct Call {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) about: &'static str,
    /// Whether a credential is needed.
    pub(crate) signed: bool,
    pub(crate) asks: &'static [Field],
    /// Each status, and when.
    pub(crate) answers: &'static [(u16, &'static str)],
}

/// Something that a call asks for.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    /// Its type, as JSON Schema calls it; `binary` is a file, which makes the body a form.
    pub(crate) kind: &'static str,
    pub(crate) required: bool,
    pub(crate) about: &'static str,
}

/// Where a field stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the JSON object of the body.
    Body,
    /// In the query.
    Query,
}

/// A text in the body that must be there.
pub(crate) const fn text(name: &'static str, about: &'static str) -> Field {
    Field { name, place: Place::Body, kind: "string", required: true, about }
}

/// A text in the body that may be there.
pub(crate) const fn maybe(name: &'static str, about: &'static str) -> Field {
    Field { required: false, ..text(name, about) }
}

/// A number in the query that may be there.
pub(crate) const fn number(name: &'static str, about: &'static str) -> Field {
    Field { name, place: Place::Query, kind: "integer", required: false, about }
}

/// The document, for where the dialect is mounted.
pub(crate) fn document(description: &Description, mount: &str) -> Value {
    let mut paths = Map::new();
    for call in description.calls {
        let item = paths.entry(call.path).or_insert_with(|| json!({}));
        item[call.method] = operation(call);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": description.title,
            "description": description.about,
            "version": env!("CARGO_PKG_VERSION"),
        },
        "servers": [{ "url": mount }],
        "paths": paths,
        "components": { "securitySchemes": { "credential": (description.credential)() } },
    })
}

fn operation(call: &Call) -> Value {
    let named = call.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = named.map(|name| {
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
    });
    let in_query = call.asks.iter().filter(|field| field.place == Place::Query).map(|field| {
        json!({ "name": field.name, "in": "query", "required": field.required,
                "description": field.about, "schema": { "type": field.kind } })
    });
    let answers = call.answers.iter();
    let responses: Map<String, Value> = answers
        .map(|(status, when)| (status.to_string(), json!({ "description": when })))
        .collect();
    let mut operation = json!({
        "summary": call.about,
        "operationId": id(call),
        "parameters": in_path.chain(in_query).collect::<Vec<_>>(),
        "responses": responses,
        "security": if call.signed { json!([{ "credential": [] }]) } else { json!([]) },
    });
    if let Some(body) = body(call) {
        operation["requestBody"] = body;
    }
    operation
}

fn body(call: &Call) -> Option<Value> {
    let fields: Vec<_> = call.asks.iter().filter(|field| field.place == Place::Body).collect();
    if fields.is_empty() {
        return None;
    }
    let described = |field: &&Field| {
        let mut shape = match field.kind {
            "binary" => json!({ "type": "string", "format": "binary" }),
            kind => json!({ "type": kind }),
        };
        shape["description"] = field.about.into();
        (field.name.to_owned(), shape)
    };
    // A file comes in a form.
    let is_form = fields.iter().any(|field| field.kind == "binary");
    let media_type = if is_form { "multipart/form-data" } else { "application/json" };
    let properties: Map<String, Value> = fields.iter().map(described).collect();
    let required: Vec<_> =
        fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let schema = json!({ "type": "object", "properties": properties, "required": required });
    Some(json!({ "required": true, "content": { media_type: { "schema": schema } } }))
}

/// Unique among the calls of a dialect.
fn id(call: &Call) -> String {
    let path = call.path.replace(['{', '}'], "");
    let parts = path.split(['/', '-', '.']).filter(|part| !part.is_empty());
    std::iter::once(call.method).chain(parts).collect::<Vec<_>>().join("_")
}

#[cfg(test)]
/// The routes that are not described, and the descriptions of none; health is described by itself.
pub(crate) fn differences(description: &Description, known: &[Known]) -> Vec<String> {
    let routes: Vec<String> = known.iter().map(Known::to_string).collect();
    let described: Vec<String> = description
        .calls
        .iter()
        .map(|call| format!("{} {}", call.method.to_uppercase(), call.path))
        .collect();
    let missing = routes.iter().filter(|route| !described.contains(route));
    let surplus = described.iter().filter(|call| !routes.contains(call));
    missing.chain(surplus).cloned().collect()
}
