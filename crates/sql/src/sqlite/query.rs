//! Binding, stepping and reading on a rusqlite connection.

use crate::error::Fault;
use crate::{Columns, Error, Row, Value, ValueRef as Column};
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection};
use uuid::Uuid;

pub(crate) fn rows(
    connection: &Connection,
    text: &str,
    p: &[Value<'_>],
) -> Result<Vec<Row>, Fault> {
    let mut statement = bound(connection, text, p)?;
    let width = statement.column_count();
    let mut found = statement.raw_query();
    let mut out = Vec::new();
    while let Some(row) = found.next()? {
        out.push(read(row, width)?);
    }
    Ok(out)
}

/// Shows every row where it stands, one after the other, until one is not understood.
pub(crate) fn each<E>(
    connection: &Connection,
    text: &str,
    p: &[Value<'_>],
    show: &mut impl FnMut(&dyn Columns) -> Result<(), E>,
) -> Result<Result<(), E>, Fault> {
    let mut statement = bound(connection, text, p)?;
    let mut found = statement.raw_query();
    while let Some(row) = found.next()? {
        if let Err(error) = show(row) {
            return Ok(Err(error));
        }
    }
    Ok(Ok(()))
}

impl Columns for rusqlite::Row<'_> {
    fn value(&self, index: usize) -> Result<Column<'_>, Error> {
        value(index, self.get_ref(index).map_err(|fault| Fault::from(fault).error)?)
    }
}

pub(crate) fn first(
    connection: &Connection,
    text: &str,
    p: &[Value<'_>],
) -> Result<Option<Row>, Fault> {
    let mut statement = bound(connection, text, p)?;
    let (width, writes) = (statement.column_count(), !statement.readonly());
    let mut found = statement.raw_query();
    let row = found.next()?.map(|row| read(row, width)).transpose()?;
    // A statement that changes rows checks its foreign keys only when it ends.
    while writes && row.is_some() && found.next()?.is_some() {}
    Ok(row)
}

pub(crate) fn exec(connection: &Connection, text: &str, p: &[Value<'_>]) -> Result<u64, Fault> {
    Ok(bound(connection, text, p)?.raw_execute()? as u64)
}

pub(crate) fn script(connection: &Connection, text: &str) -> Result<(), Fault> {
    Ok(connection.execute_batch(text)?)
}

fn bound<'c>(
    connection: &'c Connection,
    text: &str,
    p: &[Value<'_>],
) -> Result<CachedStatement<'c>, Fault> {
    let mut statement = connection.prepare_cached(text)?;
    // SQLite takes a forgotten parameter for NULL; PostgreSQL does not, and we do not.
    if statement.parameter_count() != p.len() {
        let text =
            format!("{} parameters given, {} expected", p.len(), statement.parameter_count());
        return Err(Error::Statement(text).into());
    }
    for (index, value) in p.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, value)?;
    }
    Ok(statement)
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(v) => ValueRef::Integer(*v),
            Self::Text(v) if v.contains('\0') => return Err(refused("text holds a NUL character")),
            Self::Text(v) => ValueRef::Text(v.as_bytes()),
            Self::Bytes(v) => ValueRef::Blob(v),
            Self::Id(v) => ValueRef::Blob(v.as_bytes()),
            _ => return Err(refused("lists are for PostgreSQL only")),
        }))
    }
}

fn refused(why: &str) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(why.into())
}

fn read(row: &rusqlite::Row<'_>, width: usize) -> Result<Row, Fault> {
    let mut out = Vec::with_capacity(width);
    for index in 0..width {
        out.push(value(index, row.get_ref(index)?)?.to_owned());
    }
    Ok(Row(out))
}

fn value(index: usize, from: ValueRef<'_>) -> Result<Column<'_>, Error> {
    let corrupt = |found: &str| Error::Corrupt {
        index,
        expected: "null, an integer, text or bytes",
        found: found.to_owned(),
    };
    Ok(match from {
        ValueRef::Null => Column::Null,
        ValueRef::Integer(v) => Column::Int(v),
        ValueRef::Text(v) => {
            Column::Text(std::str::from_utf8(v).map_err(|_| corrupt("text that is not UTF-8"))?)
        }
        // As long as an id, and read as one without an allocation; whoever wants bytes gets them.
        ValueRef::Blob(v) if v.len() == 16 => {
            Column::Id(Uuid::from_slice(v).expect("sixteen bytes are an id"))
        }
        ValueRef::Blob(v) => Column::Bytes(v),
        ValueRef::Real(_) => return Err(corrupt("a fraction")),
    })
}
