//! The body of a request: one JSON object, bounded in size, time and depth. Another content type counts as
//! an empty body, and an empty body as an object without keys.

use crate::{
    refusal::{Refusal, invalid},
    surrogates,
};
use axum::{
    body::{Body, HttpBody as _},
    http::{HeaderMap, header},
};
use bytes::Bytes;
use chinwag_api::bounds::BODY_TIME;
use chinwag_wire::{Code, json};
use http_body_util::{BodyExt as _, Limited};
use serde_json::{Map, Value};
use tokio::time::timeout;

/// Most bytes of a body.
pub(crate) const MOST: usize = 100 * 1024;

/// The keys of the one object, with their values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    /// Reads them.
    ///
    /// # Errors
    /// `malformed` where it is no JSON object; `invalid` where it is nested too deep, or holds NUL.
    pub(crate) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, Refusal> {
        if body.is_empty() || !is_json(headers) {
            return Ok(Self::default());
        }
        json::check(body).map_err(|_| invalid("body"))?;
        match surrogates::from_slice(body) {
            Ok(Value::Object(map)) => Ok(Self(map)),
            Ok(_) | Err(_) => Err(Code::Malformed.into()),
        }
    }

    /// What stands under a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// The same, with a key in any case; one that is written exactly so comes first.
    pub(crate) fn in_any_case(&self, key: &str) -> Option<&Value> {
        let alike = || self.0.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
        self.get(key).or_else(|| alike().map(|(_, value)| value))
    }

    /// Whether there is such a key, whatever stands under it.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// Every key.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The text under a key.
    ///
    /// # Errors
    /// `invalid` where there is none.
    pub(crate) fn text(&self, key: &str) -> Result<&str, Refusal> {
        self.get(key).and_then(Value::as_str).ok_or_else(|| invalid(key))
    }
}

/// Whether the content type says JSON.
fn is_json(headers: &HeaderMap) -> bool {
    let value =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let essence = value.split(';').next().unwrap_or("").trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// Takes a body in, whole.
///
/// # Errors
/// `too_large`; `malformed` where it does not arrive.
pub(crate) async fn receive(body: Body) -> Result<Bytes, Refusal> {
    if body.size_hint().lower() > MOST as u64 {
        return Err(Code::TooLarge.into());
    }
    match timeout(BODY_TIME, Limited::new(body, MOST).collect()).await {
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
            Err(Code::TooLarge.into())
        }
        Ok(Err(_)) | Err(_) => Err(Code::Malformed.into()),
    }
}

impl FromIterator<(String, Value)> for Fields {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

#[cfg(test)]
impl Fields {
    /// Those of a value, for tests.
    pub(crate) fn of(value: &Value) -> Self {
        Self(value.as_object().cloned().expect("an object"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: &str, body: &str) -> Result<Fields, Code> {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, kind.parse().unwrap())]);
        Fields::read(&headers, body.as_bytes()).map_err(|refusal| refusal.problem.code)
    }

    #[test]
    fn takes_one_object() {
        let fields = read("Application/JSON; charset=utf-8", r#"{"a":"b","c":null}"#).unwrap();
        assert_eq!(fields.text("a").unwrap(), "b");
        assert!(fields.has("c") && fields.text("c").is_err() && !fields.has("d"));
        for other in ["[1]", "\"a\"", "7", "null", "{", "{\"a\":}", "\u{0}"] {
            assert_eq!(read("application/json", other).unwrap_err(), Code::Malformed, "{other}");
        }
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(32), "]".repeat(32));
        for wrong in [r#"{"a":"\u0000"}"#, deep.as_str()] {
            assert_eq!(read("application/json", wrong).unwrap_err(), Code::Invalid, "{wrong}");
        }
    }

    #[test]
    fn keys_may_be_in_any_case() {
        let fields = read("application/json", r#"{"FirstNAME":"a","lastName":"b","LASTNAME":"c"}"#);
        let fields = fields.unwrap();
        assert_eq!(fields.in_any_case("firstName"), Some(&"a".into()));
        assert_eq!(fields.in_any_case("lastName"), Some(&"b".into()), "written exactly so");
        assert_eq!(fields.in_any_case("name"), None);
    }

    #[test]
    fn another_content_type_is_an_empty_body() {
        assert!(!read("text/plain", r#"{"a":1}"#).unwrap().has("a"));
        assert!(!read("application/json", "").unwrap().has("a"));
    }
}
