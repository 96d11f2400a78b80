//! `chinwag bench-fill`: history for measurements, written in bulk beside the product's own way in.
//! The server must be stopped; accounts and conversations are made through it first.

use super::{Outcome, environment};
use crate::{
    DataDir, boot,
    settings::{self, Flags},
};
use anyhow::{Context, anyhow};
use chinwag_sql::{Database, Error, Operation, Tx, Value};
use std::io::{self, Write};
use uuid::Uuid;

/// Messages of one statement and one transaction.
const PORTION: i64 = 20_000;
/// Time from one message to the next, in nanoseconds: a multiple of 256, as every instant of a message is.
const APART: i64 = 1_024;
/// What they say, after their number; cut at 200 bytes.
const TEXT: &str = "about as long as what people write to each other on an ordinary day, or rather longer: \
    a sentence or two, sometimes three, with a question at the end of it, and then the other one answers, \
    as one does; is that not so?";

chinwag_sql::statements! {
    /// The oldest conversations, with where they stand and two who write.
    CONVERSATIONS = "SELECT c.id, c.last_seq, c.last_rev, c.last_at, min(m.account_id), max(m.account_id) \
                     FROM conversations c JOIN members m ON m.conversation_id = c.id AND m.left_at IS NULL \
                     GROUP BY c.id, c.last_seq, c.last_rev, c.last_at ORDER BY c.id LIMIT ?1",
                    "SELECT c.id, c.last_seq, c.last_rev, c.last_at, (array_agg(m.account_id ORDER BY m.account_id))[1], \
                     (array_agg(m.account_id ORDER BY m.account_id DESC))[1] \
                     FROM conversations c JOIN members m ON m.conversation_id = c.id AND m.left_at IS NULL \
                     GROUP BY c.id, c.last_seq, c.last_rev, c.last_at ORDER BY c.id LIMIT ?1";
    /// `?5` messages, numbered on from `?2` and `?3`, written in turn by `?6` and `?7`, sent from `?4` on, of the text `?8`.
    MESSAGES = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?5) \
                INSERT INTO messages (conversation_id, seq, rev, sender_id, client_id, sent_at, encrypted, content) \
                SELECT ?1, ?2 + i, ?3 + i, CASE WHEN i % 2 = 0 THEN ?6 ELSE ?7 END, CAST('fill-' || (?2 + i) AS BLOB), ?4 + i * 1024, 0, \
                substr('Message ' || (?2 + i) || ', ' || ?8, 1, 200) FROM n",
               "INSERT INTO messages (conversation_id, seq, rev, sender_id, client_id, sent_at, encrypted, content) \
                SELECT ?1::uuid, ?2::bigint + i, ?3::bigint + i, CASE WHEN i % 2 = 0 THEN ?6::uuid ELSE ?7::uuid END, convert_to('fill-' || (?2::bigint + i), 'UTF8'), \
                ?4::bigint + i * 1024, 0, \
                substr('Message ' || (?2::bigint + i) || ', ' || ?8::text, 1, 200) \
                FROM generate_series(1, ?5::bigint) AS i";
    /// The conversation has come so far.
    ADVANCE = "UPDATE conversations SET last_seq = ?2, last_rev = ?3, last_at = ?4 WHERE id = ?1";
}

/// Fill conversations with messages, for measurements; the server must be stopped
#[derive(Debug, clap::Args)]
#[command(hide = true)]
pub struct BenchFill {
    /// How many of the conversations there are, oldest first
    #[arg(long)]
    conversations: i64,
    /// How many messages to add to each
    #[arg(long)]
    messages: i64,
    #[command(flatten)]
    flags: Flags,
}

/// Where a conversation stands.
#[derive(Clone, Copy)]
struct Standing {
    id: Uuid,
    seq: i64,
    rev: i64,
    at: i64,
    writers: [Uuid; 2],
}

struct ReadStandings {
    most: i64,
}

struct Append {
    to: Standing,
    count: i64,
}

impl Operation for ReadStandings {
    type Out = Vec<Standing>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Standing>, Error> {
        let rows = tx.rows(&CONVERSATIONS, &[self.most.into()]).await?;
        let standing = |row: &chinwag_sql::Row| {
            let writers = [row.get(4)?, row.get(5)?];
            Ok(Standing {
                id: row.get(0)?,
                seq: row.get(1)?,
                rev: row.get(2)?,
                at: row.get(3)?,
                writers,
            })
        };
        rows.iter().map(standing).collect()
    }
}

impl Operation for Append {
    type Out = Standing;
    type Error = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Standing, Error> {
        let Standing { id, seq, rev, at, writers } = self.to;
        let parameters: [Value<'_>; 8] = [
            id.into(),
            seq.into(),
            rev.into(),
            at.into(),
            self.count.into(),
            writers[0].into(),
            writers[1].into(),
            TEXT.into(),
        ];
        tx.exec(&MESSAGES, &parameters).await?;
        let after = Standing {
            seq: seq + self.count,
            rev: rev + self.count,
            at: at + self.count * APART,
            ..self.to
        };
        tx.exec(&ADVANCE, &[id.into(), after.seq.into(), after.rev.into(), after.at.into()])
            .await?;
        Ok(after)
    }
}

impl BenchFill {
    pub(super) async fn run(self) -> Outcome {
        let settings = settings::load(&self.flags, environment())?;
        let _held = DataDir::open(&settings)?;
        let database = boot::open_database(&settings).await?;
        let outcome = self.fill(&database).await;
        database.close().await;
        Ok(outcome?)
    }

    async fn fill(&self, database: &Database) -> anyhow::Result<()> {
        let standings = database
            .read(ReadStandings { most: self.conversations })
            .await
            .context("cannot read the conversations")?;
        let count = i64::try_from(standings.len())?;
        if count < self.conversations {
            return Err(anyhow!(
                "there are {count} conversations with members; make the others through the server first"
            ));
        }
        for (index, standing) in (0..).zip(standings) {
            append(database, standing, self.messages).await?;
            write!(io::stderr(), "\r{} of {count} conversations ", index + 1)?;
        }
        Ok(writeln!(io::stderr())?)
    }
}

async fn append(database: &Database, mut to: Standing, mut missing: i64) -> Result<(), Error> {
    while missing > 0 {
        let count = missing.min(PORTION);
        to = database.write(Append { to, count }, |after| after).await?;
        missing -= count;
    }
    Ok(())
}
