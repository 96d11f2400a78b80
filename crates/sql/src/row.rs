//! A row that came back, and reading typed columns from it.

use crate::{Error, Value, ValueRef};
use uuid::Uuid;

/// One row, with its columns by position from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(pub(crate) Vec<Value<'static>>);

impl Row {
    /// The column at `index`. A value of another type, or no such column, is [`Error::Corrupt`].
    pub fn get<T: FromValue>(&self, index: usize) -> Result<T, Error> {
        let value = self.0.get(index).map_or(ValueRef::Null, Value::as_column);
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

    /// How many columns there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no column at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The columns of a row, wherever it stands: kept as a [`Row`], or still in the engine's memory.
pub trait Columns {
    /// The column at `index`, where it stands.
    ///
    /// # Errors
    /// [`Error::Corrupt`] where there is none, or one that is nothing of ours.
    fn value(&self, index: usize) -> Result<ValueRef<'_>, Error>;
}

impl dyn Columns + '_ {
    /// The column at `index`. A value of another type, or no such column, is [`Error::Corrupt`].
    pub fn get<T: FromValue>(&self, index: usize) -> Result<T, Error> {
        let value = self.value(index)?;
        let corrupt =
            || Error::Corrupt { index, expected: T::EXPECTED, found: value.kind().to_owned() };
        T::from_value(value).ok_or_else(corrupt)
    }
}

impl Columns for Row {
    fn value(&self, index: usize) -> Result<ValueRef<'_>, Error> {
        let none =
            || Error::Corrupt { index, expected: "a column", found: "no such column".to_owned() };
        self.0.get(index).map(Value::as_column).ok_or_else(none)
    }
}

/// A type that a column can be read as.
pub trait FromValue: Sized {
    /// What it wants, for the error text.
    const EXPECTED: &'static str;
    /// The value, if it is of this type.
    fn from_value(value: ValueRef<'_>) -> Option<Self>;
}

/// Writes one `FromValue` per line: the type, what it wants, and the values it takes.
macro_rules! from_value {
    ($( $type:ty, $expected:literal, $($pattern:pat => $into:expr),+; )*) => {
        $(impl FromValue for $type {
            const EXPECTED: &'static str = $expected;
            fn from_value(value: ValueRef<'_>) -> Option<Self> {
                match value {
                    $($pattern => $into,)+
                    _ => None,
                }
            }
        })*
    };
}

from_value! {
    i64, "an integer", ValueRef::Int(v) => Some(v);
    i32, "an integer of 32 bits", ValueRef::Int(v) => v.try_into().ok();
    u32, "an integer of 32 bits without sign", ValueRef::Int(v) => v.try_into().ok();
    u64, "an integer without sign", ValueRef::Int(v) => v.try_into().ok();
    bool, "0 or 1", ValueRef::Int(0) => Some(false), ValueRef::Int(1) => Some(true);
    String, "text", ValueRef::Text(v) => Some(v.to_owned());
    // SQLite keeps no difference between an id and its bytes, so neither do we on reading.
    Vec<u8>, "bytes", ValueRef::Bytes(v) => Some(v.to_vec()), ValueRef::Id(v) => Some(v.as_bytes().to_vec());
    Uuid, "an id of 16 bytes", ValueRef::Id(v) => Some(v), ValueRef::Bytes(v) => Uuid::from_slice(v).ok();
}

impl<T: FromValue> FromValue for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    fn from_value(value: ValueRef<'_>) -> Option<Self> {
        match value {
            ValueRef::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}
