//! The one JSON decoder of every surface: objects only, bounded depth, no NUL, no unknown fields
//! (the types say so), and errors that name the field.

use crate::{Code, Problem};
use serde::de::{DeserializeOwned, Deserializer, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::{fmt, marker::PhantomData};

/// Deepest nesting accepted.
pub const DEPTH: usize = 32;

/// A value that was read from a JSON object, never from an array: `serde` alone would take both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectOnly<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectOnly<T> {
            type Value = Object<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(Object)
            }
        }
        deserializer.deserialize_map(ObjectOnly(PhantomData))
    }
}

/// Reads a `T` from one JSON object.
///
/// # Errors
/// `malformed` for text that is not JSON, nested too deep, or holds NUL; `invalid` with the reason
/// where the shape is not `T`'s.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    check(bytes)?;
    serde_json::from_slice::<Object<T>>(bytes)
        .map(|object| object.0)
        .map_err(|error| describe(bytes, &error))
}

/// Where an enum is expected and something of another type stands, `serde_json` calls it bad syntax:
/// only what is not JSON at all is.
fn describe(bytes: &[u8], error: &serde_json::Error) -> Problem {
    match error.classify() {
        serde_json::error::Category::Data => {
            Problem::from(Code::Invalid).with_detail(sentence(error))
        }
        _ if serde_json::from_slice::<serde_json::Value>(bytes).is_ok() => {
            Problem::from(Code::Invalid).with_detail(sentence(error))
        }
        _ => Problem::from(Code::Malformed).with_detail(format!("Not JSON: {error}.")),
    }
}

fn sentence(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let cut = text.rfind(" at line ").unwrap_or(text.len());
    format!("The shape is wrong: {}.", &text[..cut])
}

/// A whole number, which JSON may also write as `7.0`: it knows one kind of number (RFC 8259, section 6).
///
/// # Errors
/// Anything else but null.
pub fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let Some(number) = Option::<serde_json::Number>::deserialize(deserializer)? else {
        return Ok(None);
    };
    // Below 2^53 a float holds every whole number exactly.
    let exact = |float: &f64| float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0;
    let whole = number.as_i64().or_else(|| number.as_f64().filter(exact).map(|float| float as i64));
    whole.map(Some).ok_or_else(|| D::Error::custom("expected a whole number"))
}

/// One pass over the bytes before any allocation: depth and NUL.
///
/// # Errors
/// `malformed` if nesting passes [`DEPTH`] or a string holds U+0000.
pub fn check(bytes: &[u8]) -> Result<(), Problem> {
    let mut depth = 0usize;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at = end_of_string(bytes, at + 1)?,
            b'{' | b'[' => {
                depth += 1;
                if depth > DEPTH {
                    return Err(malformed("Nested deeper than 32 levels."));
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    Ok(())
}

fn end_of_string(bytes: &[u8], mut at: usize) -> Result<usize, Problem> {
    while at < bytes.len() && bytes[at] != b'"' {
        if bytes[at] == b'\\' {
            if bytes[at + 1..].starts_with(b"u0000") {
                return Err(malformed("Text may not hold NUL (U+0000)."));
            }
            at += 1;
        }
        at += 1;
    }
    Ok(at)
}

fn malformed(detail: &str) -> Problem {
    Problem::from(Code::Malformed).with_detail(detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Pair {
        a: String,
        b: Option<Object<HashMap<String, u8>>>,
        c: Option<Either>,
    }

    #[derive(Deserialize, Debug, PartialEq)]
    enum Either {
        One(String),
    }

    #[test]
    fn takes_objects_only() {
        assert!(decode::<Pair>(br#"{"a":"x"}"#).is_ok());
        for bad in [
            r#"["x",null]"#,
            r#"{"a":"x","b":[1]}"#,
            r#"{"a":"x","c":1}"#,
            r#"{"a":"x","c":[1]}"#,
            r#"{"a":"x","d":1}"#,
            r#"{"a":1}"#,
            "{}",
            "null",
            "7",
        ] {
            assert_eq!(decode::<Pair>(bad.as_bytes()).unwrap_err().code, Code::Invalid, "{bad}");
        }
    }

    #[test]
    fn whole_numbers_may_have_a_point() {
        #[derive(Deserialize, Debug, PartialEq)]
        struct Place {
            #[serde(default, deserialize_with = "whole")]
            at: Option<i64>,
        }
        for (text, at) in [("7", Some(7)), ("7.0", Some(7)), ("-1e3", Some(-1000)), ("null", None)]
        {
            let read = decode::<Place>(format!("{{\"at\":{text}}}").as_bytes());
            assert_eq!(read, Ok(Place { at }), "{text}");
        }
        assert_eq!(decode::<Place>(b"{}"), Ok(Place { at: None }));
        for bad in ["7.5", "1e300", "9223372036854775808", "\"7\"", "true"] {
            let read = decode::<Place>(format!("{{\"at\":{bad}}}").as_bytes());
            assert_eq!(read.unwrap_err().code, Code::Invalid, "{bad}");
        }
    }

    #[test]
    fn refuses_nul_depth_and_noise() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(40), "]".repeat(40));
        for bad in [r#"{"a":"x\u0000"}"#, deep.as_str(), "", "{", "\u{0}", r#"{"a":"\"#] {
            assert_eq!(decode::<Pair>(bad.as_bytes()).unwrap_err().code, Code::Malformed, "{bad}");
        }
        assert!(
            decode::<Pair>(br#"{"a":"\\u0000"}"#).is_ok(),
            "an escaped backslash is not an escape"
        );
    }
}
