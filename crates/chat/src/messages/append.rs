//! Many messages at once: one after the other on SQLite, where a statement is a function call, and by one
//! set of statements on PostgreSQL, where it is a journey. The rules are the functions that the single send
//! calls.

use super::{
    client_id,
    logs::Logs,
    row::{self, parts},
    send::{Answer, Sending, created},
};
use crate::{
    access::{Act, Scene, Standing},
    conversations::{Place, kind, role},
    error::{Failure, Result},
    operation::Outcome,
};
use chinwag_sql::{BatchOperation, Engine, Tx, Value};
use chinwag_wire::{AccountId, Code, ConversationId, Message};
use std::collections::HashMap;
use uuid::Uuid;

chinwag_sql::statements! {
    /// Holds every conversation of the batch, in order of id so that two nodes never wait for each other in a circle.
    HOLD = "SELECT id, kind, guests_read, blocked, last_seq, last_rev, last_at, member_count, walk_in FROM conversations \
            WHERE id = ANY(?1) ORDER BY id FOR UPDATE";
    /// Where every sender of the batch stands.
    STANDINGS = "SELECT m.conversation_id, m.account_id, m.role, m.visible_from FROM members m \
                 JOIN UNNEST(?1::uuid[], ?2::uuid[]) AS t(c, a) ON m.conversation_id = t.c AND m.account_id = t.a WHERE m.left_at IS NULL";
    /// What of the batch was sent before.
    SENT_BEFORE = concat!("SELECT ", row::columns!(), ", x.original FROM messages x \
                  JOIN UNNEST(?1::uuid[], ?2::uuid[], ?3::bytea[]) AS t(c, a, k) \
                  ON x.conversation_id = t.c AND x.sender_id = t.a AND x.client_id = t.k");
    /// All new messages at once.
    APPEND_ALL = "INSERT INTO messages (conversation_id, seq, rev, sender_id, client_id, sent_at, encrypted, content, subject, reply_to) \
                  SELECT * FROM UNNEST(?1::uuid[], ?2::bigint[], ?3::bigint[], ?4::uuid[], ?5::bytea[], ?6::bigint[], ?7::bigint[], \
                  ?8::text[], ?9::text[], ?10::bigint[])";
    /// All logs as long as they are now.
    ADVANCE_ALL = "UPDATE conversations c SET last_seq = t.seq, last_rev = t.rev, last_at = t.at \
                   FROM UNNEST(?1::uuid[], ?2::bigint[], ?3::bigint[], ?4::bigint[]) AS t(id, seq, rev, at) WHERE c.id = t.id";
    /// Who writes has read.
    READ_ALL = "UPDATE members m SET delivered_seq = t.seq, read_seq = t.seq, delivered_at = t.at, read_at = t.at \
                FROM UNNEST(?1::uuid[], ?2::uuid[], ?3::bigint[], ?4::bigint[]) AS t(c, a, seq, at) WHERE m.conversation_id = t.c AND m.account_id = t.a";
}

type Key = (ConversationId, AccountId, String);
type Verdicts = Vec<Result<Outcome<Answer>>>;

impl BatchOperation for Sending {
    fn lane(&self) -> u64 {
        self.id.0.as_u64_pair().1
    }

    async fn run_batch(ops: &[&Self], tx: &mut Tx<'_>) -> Result<Verdicts> {
        let adds = |op: &&Self| !op.body.attachments.is_empty() || op.how.sender_copy.is_some();
        if ops.iter().any(adds) {
            // Attaching may fail after it has written, so each of them needs an undo of its own: one by one, in order.
            return Err(Code::Internal.into());
        }
        match tx.engine() {
            Engine::Sqlite => in_turn(ops, tx).await,
            Engine::Postgres => all_at_once(ops, tx).await,
        }
    }
}

async fn in_turn(ops: &[&Sending], tx: &mut Tx<'_>) -> Result<Verdicts> {
    let mut logs = Logs::default();
    let mut verdicts = Vec::with_capacity(ops.len());
    for op in ops {
        verdicts.push(op.append_to(&mut logs, tx).await);
    }
    logs.store(tx).await?;
    Ok(verdicts)
}

async fn all_at_once(ops: &[&Sending], tx: &mut Tx<'_>) -> Result<Verdicts> {
    let mut places = hold(ops, tx).await?;
    let standings = standings(ops, tx).await?;
    let mut before = sent_before(ops, tx).await?;
    let mut new = Vec::new();
    let verdicts =
        ops.iter().map(|op| decide(op, &mut places, &standings, &mut before, &mut new)).collect();
    store(&new, &places, tx).await?;
    Ok(verdicts)
}

async fn hold(ops: &[&Sending], tx: &mut Tx<'_>) -> Result<HashMap<ConversationId, Place>> {
    let ids = ops.iter().map(|op| op.id.0).collect();
    let rows = tx.rows(&HOLD, &[Value::Ids(ids)]).await?;
    let place = |row: &chinwag_sql::Row| -> Result<(ConversationId, Place)> {
        let scene = Scene {
            kind: kind(&row.get::<String>(1)?)?,
            guests_read: row.get(2)?,
            walk_in: row.get(8)?,
            blocked: row.get(3)?,
        };
        let place = Place {
            scene,
            standing: Standing::Stranger,
            last_seq: row.get(4)?,
            last_rev: row.get(5)?,
            last_at: row.get(6)?,
            member_count: row.get(7)?,
            name: None,
            visible_from: 1,
            delivered: 0,
            read: 0,
            received: 0,
        };
        Ok((ConversationId(row.get(0)?), place))
    };
    rows.iter().map(place).collect()
}

async fn standings(
    ops: &[&Sending],
    tx: &mut Tx<'_>,
) -> Result<HashMap<(ConversationId, AccountId), (Standing, i64)>> {
    let (conversations, accounts) = ops.iter().map(|op| (op.id.0, op.actor.account.0)).unzip();
    let rows = tx.rows(&STANDINGS, &[Value::Ids(conversations), Value::Ids(accounts)]).await?;
    rows.iter()
        .map(|row| {
            let standing = Standing::In(role(&row.get::<String>(2)?)?);
            Ok(((ConversationId(row.get(0)?), AccountId(row.get(1)?)), (standing, row.get(3)?)))
        })
        .collect()
}

async fn sent_before(
    ops: &[&Sending],
    tx: &mut Tx<'_>,
) -> Result<HashMap<Key, (Message, Option<Vec<u8>>)>> {
    let (conversations, accounts): (Vec<_>, Vec<_>) =
        ops.iter().map(|op| (op.id.0, op.actor.account.0)).unzip();
    let client_ids = ops.iter().map(|op| client_id::stored(&op.client_id).into_owned()).collect();
    let mut rows = tx
        .rows(
            &SENT_BEFORE,
            &[Value::Ids(conversations), Value::Ids(accounts), Value::Blobs(client_ids)],
        )
        .await?;
    rows.iter_mut()
        .map(|row| {
            let original = row.get(row::COLUMNS)?;
            let message = row::message(row)?;
            let key = (message.conversation_id, message.sender_id, message.client_id.clone());
            Ok((key, (message, original)))
        })
        .collect()
}

/// Decides on one message, as if it were alone: what came before it in the batch has happened.
fn decide(
    op: &Sending,
    places: &mut HashMap<ConversationId, Place>,
    standings: &HashMap<(ConversationId, AccountId), (Standing, i64)>,
    before: &mut HashMap<Key, (Message, Option<Vec<u8>>)>,
    new: &mut Vec<Message>,
) -> Result<Outcome<Answer>> {
    let place = places.get_mut(&op.id).ok_or(Code::ConversationNotFound)?;
    let stranger = (Standing::Stranger, 1);
    (place.standing, place.visible_from) =
        *standings.get(&(op.id, op.actor.account)).unwrap_or(&stranger);
    place.may(Act::Write)?;
    let message = op.message(place)?;
    let key = (op.id, op.actor.account, op.client_id.clone());
    if let Some((first, original)) = before.get(&key) {
        return op.repeats(place, first.clone(), original.clone());
    }
    (place.last_seq, place.last_rev, place.last_at) = (message.seq, message.rev, message.sent_at.0);
    before.insert(key, (message.clone(), None));
    new.push(message.clone());
    Ok(created(place, message))
}

async fn store(
    new: &[Message],
    places: &HashMap<ConversationId, Place>,
    tx: &mut Tx<'_>,
) -> Result<(), Failure> {
    if new.is_empty() {
        return Ok(());
    }
    tx.exec(&APPEND_ALL, &columns(new)).await?;
    let last: HashMap<ConversationId, &Place> = new
        .iter()
        .filter_map(|message| places.get_key_value(&message.conversation_id))
        .map(|(id, place)| (*id, place))
        .collect();
    let advance = [
        Value::Ids(last.keys().map(|id| id.0).collect()),
        Value::Ints(last.values().map(|place| place.last_seq).collect()),
        Value::Ints(last.values().map(|place| place.last_rev).collect()),
        Value::Ints(last.values().map(|place| place.last_at).collect()),
    ];
    tx.exec(&ADVANCE_ALL, &advance).await?;
    let own: HashMap<(Uuid, Uuid), &Message> = new
        .iter()
        .map(|message| ((message.conversation_id.0, message.sender_id.0), message))
        .collect();
    let read = [
        Value::Ids(own.keys().map(|key| key.0).collect()),
        Value::Ids(own.keys().map(|key| key.1).collect()),
        Value::Ints(own.values().map(|message| message.seq).collect()),
        Value::Ints(own.values().map(|message| message.sent_at.0).collect()),
    ];
    tx.exec(&READ_ALL, &read).await?;
    Ok(())
}

fn columns(new: &[Message]) -> [Value<'static>; 10] {
    let content =
        |message: &Message| message.content.as_ref().map(|content| parts(content).0.to_owned());
    let encrypted =
        |message: &Message| message.content.as_ref().is_some_and(|content| parts(content).1);
    [
        Value::Ids(new.iter().map(|message| message.conversation_id.0).collect()),
        Value::Ints(new.iter().map(|message| message.seq).collect()),
        Value::Ints(new.iter().map(|message| message.rev).collect()),
        Value::Ids(new.iter().map(|message| message.sender_id.0).collect()),
        Value::Blobs(
            new.iter().map(|message| client_id::stored(&message.client_id).into_owned()).collect(),
        ),
        Value::Ints(new.iter().map(|message| message.sent_at.0).collect()),
        Value::Ints(new.iter().map(|message| i64::from(encrypted(message))).collect()),
        Value::OptTexts(new.iter().map(content).collect()),
        Value::OptTexts(new.iter().map(|message| message.subject.clone()).collect()),
        Value::OptInts(new.iter().map(|message| message.reply_to).collect()),
    ]
}
