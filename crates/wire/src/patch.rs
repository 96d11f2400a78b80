//! A field of a merge patch (RFC 7396): absent keeps what is there, `null` clears it, a value sets it.

use crate::json;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// What a merge patch does to one field. On the field:
/// `#[serde(default, skip_serializing_if = "Patch::is_keep")]` and `#[schema(value_type = Option<…>)]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It goes.
    Clear,
    /// It becomes this.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether it stays as it is.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// What is there afterwards, where `now` is there before.
    pub fn over(self, now: Option<T>) -> Option<T> {
        match self {
            Self::Keep => now,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The value it sets, where it sets one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }
}

impl<T: TryFrom<i64>> Patch<T> {
    /// Reads a whole number or null, as [`json::whole`] takes them.
    ///
    /// # Errors
    /// Anything else, and a number that `T` cannot hold.
    pub fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Some(number) = json::whole(deserializer)? else { return Ok(Self::Clear) };
        let held = T::try_from(number);
        held.map(Self::Set).map_err(|_| D::Error::custom(format!("{number} is out of range")))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(deserializer)?.map_or(Self::Clear, Self::Set))
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Body {
        #[serde(default, skip_serializing_if = "Patch::is_keep")]
        field: Patch<u8>,
        #[serde(
            default,
            skip_serializing_if = "Patch::is_keep",
            deserialize_with = "Patch::whole"
        )]
        whole: Patch<u8>,
    }

    #[test]
    fn takes_a_whole_number_however_json_writes_it() {
        for (text, whole) in [
            (r#"{"whole":7}"#, Some(Patch::Set(7))),
            (r#"{"whole":7.0}"#, Some(Patch::Set(7))),
            (r#"{"whole":null}"#, Some(Patch::Clear)),
            (r#"{"whole":7.5}"#, None),
            (r#"{"whole":256}"#, None),
            (r#"{"whole":-1}"#, None),
        ] {
            let body: Option<Body> = serde_json::from_str(text).ok();
            assert_eq!(body.map(|body| body.whole), whole, "{text}");
        }
    }

    #[test]
    fn tells_absent_from_null() {
        for (text, field, after) in [
            ("{}", Patch::Keep, Some(7)),
            (r#"{"field":null}"#, Patch::Clear, None),
            (r#"{"field":3}"#, Patch::Set(3), Some(3)),
        ] {
            let body: Body = serde_json::from_str(text).unwrap();
            assert_eq!((body.field, field.over(Some(7))), (field, after));
            assert_eq!(serde_json::to_string(&Body { field, whole: Patch::Keep }).unwrap(), text);
        }
    }
}
