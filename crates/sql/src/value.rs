//! A parameter or a column: what travels between an operation and either engine.

use std::borrow::Cow;
use uuid::Uuid;

/// One value. SQLite stores an id as 16 bytes, PostgreSQL as `uuid`; a `bool` is 0 or 1.
/// The lists are for `UNNEST` and `ANY` in statements that only PostgreSQL runs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Value<'a> {
    Null,
    Int(i64),
    Text(Cow<'a, str>),
    Bytes(Cow<'a, [u8]>),
    Id(Uuid),
    Ints(Vec<i64>),
    Texts(Vec<String>),
    Blobs(Vec<Vec<u8>>),
    Ids(Vec<Uuid>),
    OptTexts(Vec<Option<String>>),
    OptInts(Vec<Option<i64>>),
}

impl Value<'_> {
    /// A column, where it stands. The lists are no columns.
    pub(crate) fn as_column(&self) -> ValueRef<'_> {
        match self {
            Self::Int(v) => ValueRef::Int(*v),
            Self::Text(v) => ValueRef::Text(v),
            Self::Bytes(v) => ValueRef::Bytes(v),
            Self::Id(v) => ValueRef::Id(*v),
            _ => ValueRef::Null,
        }
    }
}

/// A column that came back, where it stands: nothing of it is copied before it is read as something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ValueRef<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
    Id(Uuid),
}

impl ValueRef<'_> {
    /// The same, as a copy that lives by itself.
    pub(crate) fn to_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Int(v) => Value::Int(v),
            Self::Text(v) => Value::Text(Cow::Owned(v.to_owned())),
            Self::Bytes(v) => Value::Bytes(Cow::Owned(v.to_vec())),
            Self::Id(v) => Value::Id(v),
        }
    }

    /// The kind of value, for error texts.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Int(_) => "an integer",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::Id(_) => "an id",
        }
    }
}

/// Writes one `From` per line: the type, and how it becomes a [`Value`].
macro_rules! from {
    ($( $from:ty, $value:ident => $into:expr; )*) => {
        $(impl<'a> From<$from> for Value<'a> {
            fn from($value: $from) -> Self {
                $into
            }
        })*
    };
}

from! {
    i64, v => Self::Int(v);
    i32, v => Self::Int(v.into());
    u32, v => Self::Int(v.into());
    // No counter of ours gets near 2^63; saturating keeps comparisons right all the same.
    u64, v => Self::Int(i64::try_from(v).unwrap_or(i64::MAX));
    bool, v => Self::Int(v.into());
    &'a str, v => Self::Text(Cow::Borrowed(v));
    &'a String, v => Self::Text(Cow::Borrowed(v));
    String, v => Self::Text(Cow::Owned(v));
    Cow<'a, str>, v => Self::Text(v);
    &'a [u8], v => Self::Bytes(Cow::Borrowed(v));
    &'a Vec<u8>, v => Self::Bytes(Cow::Borrowed(v));
    Vec<u8>, v => Self::Bytes(Cow::Owned(v));
    Cow<'a, [u8]>, v => Self::Bytes(v);
    Uuid, v => Self::Id(v);
    &Uuid, v => Self::Id(*v);
    Vec<i64>, v => Self::Ints(v);
    Vec<String>, v => Self::Texts(v);
    Vec<Vec<u8>>, v => Self::Blobs(v);
    Vec<Uuid>, v => Self::Ids(v);
    Vec<Option<String>>, v => Self::OptTexts(v);
    Vec<Option<i64>>, v => Self::OptInts(v);
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(v: &'a [u8; N]) -> Self {
        Self::Bytes(Cow::Borrowed(v))
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(v: Option<T>) -> Self {
        v.map_or(Self::Null, Into::into)
    }
}
