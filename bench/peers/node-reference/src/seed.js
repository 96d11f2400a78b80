// Fills an emptied database in bulk. Everything stored before is removed.

// Conversations filled by one statement: bounds the transaction at 10 M messages.
const CHUNK = 1000;

/** Replaces all content by the plan: accounts, pairs, rooms and their messages. */
export async function seed(pool, plan) {
  await pool.query('TRUNCATE messages, members, conversations, accounts RESTART IDENTITY');
  await seedAccounts(pool, plan);
  await seedPairs(pool, plan);
  for (const room of plan.rooms) await seedRoom(pool, room);
  if (plan.messages > 0) await seedMessages(pool, plan);
  await pool.query('VACUUM ANALYZE accounts, conversations, members, messages');
}

// The identities were restarted, so ids follow the order of insertion from 1.
async function seedAccounts(pool, { accounts, passwordHash }) {
  await pool.query(
    `INSERT INTO accounts (username, password_hash)
     SELECT 'user' || n, $2 FROM generate_series(0, $1::integer - 1) AS n ORDER BY n`,
    [accounts, passwordHash],
  );
}

// Pair i, from 0, is conversation i + 1 between the accounts 2i and 2i + 1.
async function seedPairs(pool, { pairs }) {
  await pool.query(
    'INSERT INTO conversations (name) SELECT NULL FROM generate_series(1, $1::integer)',
    [pairs],
  );
  await pool.query(
    `INSERT INTO members (conversation_id, account_id)
     SELECT (id + 1) / 2, id FROM generate_series(1, 2 * $1::integer) AS id`,
    [pairs],
  );
}

async function seedRoom(pool, { name, members }) {
  const created = await pool.query('INSERT INTO conversations (name) VALUES ($1) RETURNING id', [
    name ?? null,
  ]);
  await pool.query(
    `INSERT INTO members (conversation_id, account_id)
     SELECT $1::integer, id FROM generate_series(1, $2::integer) AS id`,
    [created.rows[0].id, members],
  );
}

// A pair's messages come from both in turn, a room's from its first member.
async function seedMessages(pool, { pairs, rooms, messages, bodyBytes }) {
  const conversations = pairs + rooms.length;
  for (let first = 1; first <= conversations; first += CHUNK) {
    const last = Math.min(first + CHUNK - 1, conversations);
    await pool.query(
      `INSERT INTO messages (conversation_id, seq, sender_id, client_id, body, sent_at)
       SELECT c.id, s, CASE WHEN c.id <= $3 THEN 2 * c.id - s % 2 ELSE 1 END,
              'seed-' || s, left(repeat(md5(c.id || ':' || s), $5::integer / 32 + 1), $5::integer),
              1700000000000 + s * 1000
       FROM generate_series($1::integer, $2::integer) AS c(id),
            generate_series(1, $4::integer) AS s
       ORDER BY c.id, s`,
      [first, last, pairs, messages, bodyBytes],
    );
  }
  await pool.query('UPDATE conversations SET last_seq = $1', [messages]);
}
