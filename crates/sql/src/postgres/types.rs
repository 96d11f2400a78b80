//! Our values in PostgreSQL's binary form, and back.

use super::numeric;
use crate::{Error, Result, Row, Value};
use bytes::BytesMut;
use std::borrow::Cow;
use std::error::Error as StdError;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, WrongType, to_sql_checked};
use uuid::Uuid;

type Outcome<T> = std::result::Result<T, Box<dyn StdError + Sync + Send>>;

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Outcome<IsNull> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(v) => integer(*v, ty, out),
            Value::Text(v) if v.contains('\0') => Err("text holds a NUL character".into()),
            Value::Text(v) => checked(&v.as_ref(), ty, out),
            Value::Bytes(v) => checked(&v.as_ref(), ty, out),
            Value::Id(v) => checked(v, ty, out),
            Value::Ints(v) => checked(v, ty, out),
            Value::Texts(v) => checked(v, ty, out),
            Value::Blobs(v) => checked(v, ty, out),
            Value::Ids(v) => checked(v, ty, out),
            Value::OptTexts(v) => checked(v, ty, out),
            Value::OptInts(v) => checked(v, ty, out),
        }
    }

    /// A null fits every type, so the type is checked value by value.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn checked<T: ToSql>(value: &T, ty: &Type, out: &mut BytesMut) -> Outcome<IsNull> {
    if T::accepts(ty) { value.to_sql(ty, out) } else { Err(WrongType::new::<T>(ty.clone()).into()) }
}

/// PostgreSQL decides the width of an integer parameter from where it stands.
fn integer(value: i64, ty: &Type, out: &mut BytesMut) -> Outcome<IsNull> {
    match *ty {
        Type::INT4 => i32::try_from(value)?.to_sql(ty, out),
        Type::INT2 => i16::try_from(value)?.to_sql(ty, out),
        Type::BOOL => (value != 0).to_sql(ty, out),
        _ => checked(&value, ty, out),
    }
}

pub(super) fn row(from: &tokio_postgres::Row) -> Result<Row> {
    (0..from.len())
        .map(|index| match from.try_get::<_, Cell>(index) {
            Ok(Cell(value)) => Ok(value),
            Err(_) => Err(Error::Corrupt {
                index,
                expected: "null, an integer, text, bytes or an id",
                found: from.columns()[index].type_().to_string(),
            }),
        })
        .collect::<Result<_>>()
        .map(Row)
}

/// A column of any type we know.
struct Cell(Value<'static>);

impl<'a> FromSql<'a> for Cell {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Outcome<Self> {
        Ok(Self(match *ty {
            Type::INT8 => Value::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Value::Int(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => Value::Int(i16::from_sql(ty, raw)?.into()),
            Type::BOOL => Value::Int(bool::from_sql(ty, raw)?.into()),
            Type::NUMERIC => Value::Int(numeric::integer(raw).ok_or("not an integer of 64 bits")?),
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => {
                Value::Text(Cow::Owned(String::from_sql(ty, raw)?))
            }
            Type::BYTEA => Value::Bytes(Cow::Owned(raw.to_vec())),
            Type::UUID => Value::Id(Uuid::from_sql(ty, raw)?),
            Type::VOID => Value::Null,
            _ => return Err("a type this program does not use".into()),
        }))
    }

    fn from_sql_null(_: &Type) -> Outcome<Self> {
        Ok(Self(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
