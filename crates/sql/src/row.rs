//! A row that came back, and reading typed columns from it.

use crate::{Error, Value};
use uuid::Uuid;

/// One row, with its columns by position from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(pub(crate) Vec<Value<'static>>);

impl Row {
    /// The column at `index`. A value of another type, or no such column, is [`Error::Corrupt`].
    pub fn get<T: FromValue>(&self, index: usize) -> Result<T, Error> {
        let value = self.0.get(index).unwrap_or(&Value::Null);
        T::from_value(value).ok_or_else(|| Error::Corrupt {
            index,
            expected: T::EXPECTED,
            found: if index < self.0.len() {
                value.kind().to_owned()
            } else {
                "no such column".to_owned()
            },
        })
    }

    /// The same, taken out of the row, so that text need not be copied. The column reads as null from then on.
    pub fn take_text(&mut self, index: usize) -> Result<Option<String>, Error> {
        match self.0.get_mut(index) {
            Some(value @ Value::Text(_)) => match std::mem::replace(value, Value::Null) {
                Value::Text(text) => Ok(Some(text.into_owned())),
                _ => Ok(None),
            },
            _ => self.get(index),
        }
    }

    /// How many columns there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no column at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A type that a column can be read as.
pub trait FromValue: Sized {
    /// What it wants, for the error text.
    const EXPECTED: &'static str;
    /// The value, if it is of this type.
    fn from_value(value: &Value<'_>) -> Option<Self>;
}

/// Writes one `FromValue` per line: the type, what it wants, and the values it takes.
macro_rules! from_value {
    ($( $type:ty, $expected:literal, $($pattern:pat => $into:expr),+; )*) => {
        $(impl FromValue for $type {
            const EXPECTED: &'static str = $expected;
            fn from_value(value: &Value<'_>) -> Option<Self> {
                match value {
                    $($pattern => $into,)+
                    _ => None,
                }
            }
        })*
    };
}

from_value! {
    i64, "an integer", Value::Int(v) => Some(*v);
    i32, "an integer of 32 bits", Value::Int(v) => (*v).try_into().ok();
    u32, "an integer of 32 bits without sign", Value::Int(v) => (*v).try_into().ok();
    u64, "an integer without sign", Value::Int(v) => (*v).try_into().ok();
    bool, "0 or 1", Value::Int(0) => Some(false), Value::Int(1) => Some(true);
    String, "text", Value::Text(v) => Some(v.as_ref().to_owned());
    // SQLite keeps no difference between an id and its bytes, so neither do we on reading.
    Vec<u8>, "bytes", Value::Bytes(v) => Some(v.to_vec()), Value::Id(v) => Some(v.as_bytes().to_vec());
    Uuid, "an id of 16 bytes", Value::Id(v) => Some(*v), Value::Bytes(v) => Uuid::from_slice(v).ok();
}

impl<T: FromValue> FromValue for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    fn from_value(value: &Value<'_>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}
