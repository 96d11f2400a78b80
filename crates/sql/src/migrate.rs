//! Bringing the schema up to date: a numbered list, each entry in a transaction of its own, so that
//! a run that was killed goes on where it stopped.

use crate::{Database, Engine, Error, Operation, Tx};
use sha2::{Digest, Sha256};

/// One step of the schema. Once released it never changes; its checksum is kept in the database.
///
/// The text is for both engines, with tokens that are rendered for each:
/// `{id}` `{int}` `{text}` `{bytes}` are column types; a table ends with `){strict}`, or with
/// `){clustered}` to be stored in the order of its primary key where the engine can.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Position in the list, ascending.
    pub number: u32,
    /// What it brings, for people.
    pub name: &'static str,
    /// The statements, separated by semicolons.
    pub text: &'static str,
    /// The statements for PostgreSQL where they truly differ.
    pub postgres: Option<&'static str>,
}

/// What [`Database::migrate`] did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MigrationReport {
    /// The numbers applied now.
    pub applied: Vec<u32>,
    /// How many were there already.
    pub already: usize,
}

crate::statements! {
    LOCK = "SELECT 1", "SELECT pg_advisory_xact_lock(7164776951)";
    PATIENT = "SELECT 1", "SELECT set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true)";
    CREATE =
        "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT",
        "CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)";
    LIST = "SELECT number, name, checksum FROM migrations ORDER BY number";
    // The engine's clock: this is a note for people, nothing depends on it.
    RECORD =
        "INSERT INTO migrations (number, name, checksum, applied_at) VALUES (?1, ?2, ?3, CAST(unixepoch('subsec') * 1000 AS INTEGER))",
        "INSERT INTO migrations (number, name, checksum, applied_at) VALUES (?1, ?2, ?3, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)";
    PROBE = "UPDATE migrations SET applied_at = applied_at + 1 - 2 * (applied_at % 2) WHERE number = (SELECT min(number) FROM migrations)";
}

impl Migration {
    fn rendered(&self, engine: Engine) -> String {
        let (text, tokens) = match engine {
            Engine::Sqlite => (
                self.text,
                ["BLOB", "INTEGER", "TEXT", "BLOB", " STRICT", " STRICT, WITHOUT ROWID"],
            ),
            Engine::Postgres => {
                (self.postgres.unwrap_or(self.text), ["uuid", "BIGINT", "TEXT", "BYTEA", "", ""])
            }
        };
        let names = ["{id}", "{int}", "{text}", "{bytes}", "{strict}", "{clustered}"];
        names
            .iter()
            .zip(tokens)
            .fold(text.to_owned(), |text, (name, token)| text.replace(name, token))
    }
}

fn checksum(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) async fn run(db: &Database, list: &[Migration]) -> Result<MigrationReport, Error> {
    if !list.is_sorted_by(|a, b| a.number < b.number) {
        return Err(Error::Migration("the numbers of the list do not ascend".to_owned()));
    }
    db.write(Prepare, |()| ()).await?;
    let mut report = MigrationReport::default();
    // Checked as a whole first, so that a refusal has changed nothing.
    db.read(Check { list: list.to_vec() }).await?;
    for (index, _) in list.iter().enumerate() {
        let step = Step { list: list.to_vec(), index };
        match db.write(step, |applied| applied).await? {
            true => report.applied.push(list[index].number),
            false => report.already += 1,
        }
    }
    Ok(report)
}

/// Creates the table that remembers what was applied.
struct Prepare;

impl Operation for Prepare {
    type Out = ();
    type Error = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        alone(tx).await?;
        tx.script(CREATE.text(tx.engine())).await
    }
}

/// Refuses a database that this list does not lead to.
struct Check {
    list: Vec<Migration>,
}

impl Operation for Check {
    type Out = ();
    type Error = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        applied(tx, &self.list).await.map(drop)
    }
}

/// Applies one migration, unless it was; answers whether it did.
struct Step {
    list: Vec<Migration>,
    index: usize,
}

impl Operation for Step {
    type Out = bool;
    type Error = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        alone(tx).await?;
        if applied(tx, &self.list).await? > self.index {
            return Ok(false);
        }
        let migration = self.list[self.index];
        let text = migration.rendered(tx.engine());
        let failed =
            |e| Error::Migration(format!("{} {} failed: {e}", migration.number, migration.name));
        tx.script(&text).await.map_err(failed)?;
        let sum = checksum(&text);
        tx.exec(&RECORD, &[migration.number.into(), migration.name.into(), sum.into()]).await?;
        Ok(true)
    }
}

/// One node at a time migrates, and the others wait as long as that takes.
async fn alone(tx: &mut Tx<'_>) -> Result<(), Error> {
    tx.rows(&PATIENT, &[]).await?;
    tx.rows(&LOCK, &[]).await.map(drop)
}

/// How many of the list are applied, after checking that they are the same ones.
async fn applied(tx: &mut Tx<'_>, list: &[Migration]) -> Result<usize, Error> {
    let rows = tx.rows(&LIST, &[]).await?;
    for (index, row) in rows.iter().enumerate() {
        let (number, name, sum): (u32, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let Some(known) = list.get(index).filter(|known| known.number == number) else {
            return Err(unknown(number, &name, list));
        };
        if checksum(&known.rendered(tx.engine())) != sum {
            return Err(Error::Migration(format!(
                "{number} {name} was applied with another text; start the program that applied it, or restore a backup"
            )));
        }
    }
    Ok(rows.len())
}

fn unknown(number: u32, name: &str, list: &[Migration]) -> Error {
    let last = list.last().map_or(0, |last| last.number);
    Error::Migration(if number > last {
        format!(
            "the database is at {number} {name}, this program knows up to {last}; start a newer program, or restore a backup made before the upgrade"
        )
    } else {
        format!(
            "the database has {number} {name}, which this program does not know; start the program that applied it, or restore a backup"
        )
    })
}

/// A durable change that changes nothing that matters, only the last bit of a time: SQLite writes nothing at
/// all where a row stays the same, not even to a full disk. Fails on a database without a schema.
pub(crate) struct Probe;

impl Operation for Probe {
    type Out = ();
    type Error = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        match tx.exec(&PROBE, &[]).await? {
            0 => Err(Error::Unavailable("the database has no schema yet".to_owned())),
            _ => Ok(()),
        }
    }
}
