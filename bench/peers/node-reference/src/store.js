// Conversations and messages in PostgreSQL. The statements of the hot paths are prepared (named).

const COLUMNS = 'seq, sender_id AS sender, client_id, body, sent_at';

// Number and row in one statement: the row lock on the conversation orders its messages.
// A repeated client id inserts nothing; the number it drew stays unused.
const INSERT_MESSAGE = `
  WITH counter AS (
    UPDATE conversations SET last_seq = last_seq + 1 WHERE id = $1 RETURNING last_seq
  )
  INSERT INTO messages (conversation_id, seq, sender_id, client_id, body, sent_at)
  SELECT $1, last_seq, $2::integer, $3::text, $4::text, $5::bigint FROM counter
  ON CONFLICT (conversation_id, sender_id, client_id) DO NOTHING
  RETURNING seq`;

const FIND_BY_CLIENT_ID = `
  SELECT seq FROM messages WHERE conversation_id = $1 AND sender_id = $2 AND client_id = $3`;

const PAGE_BEFORE = `
  SELECT ${COLUMNS} FROM messages
  WHERE conversation_id = $1 AND seq < $2
    AND EXISTS (SELECT 1 FROM members WHERE conversation_id = $1 AND account_id = $4)
  ORDER BY seq DESC LIMIT $3`;

const PAGE_AFTER = `
  SELECT ${COLUMNS} FROM messages
  WHERE conversation_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`;

export class Store {
  #pool;

  constructor(pool) {
    this.#pool = pool;
  }

  /** Stores a message durably; `fresh` is false when its client id was stored before. */
  async insertMessage({ conversation, sender, clientId, body, sentAt }) {
    const values = [conversation, sender, clientId, body, sentAt];
    const inserted = await this.#rows('insert_message', INSERT_MESSAGE, values);
    if (inserted.length === 1) return { seq: inserted[0].seq, fresh: true };
    const [known] = await this.#rows('find_by_client_id', FIND_BY_CLIENT_ID, values.slice(0, 3));
    return { seq: known.seq, fresh: false };
  }

  /** Up to `limit` messages before `before`, newest first; empty when the account is no member. */
  pageBefore(conversation, before, limit, account) {
    return this.#rows('page_before', PAGE_BEFORE, [conversation, before, limit, account]);
  }

  /** Up to `limit` messages after `after`, oldest first. */
  pageAfter(conversation, after, limit) {
    return this.#rows('page_after', PAGE_AFTER, [conversation, after, limit]);
  }

  async isMember(conversation, account) {
    const text = 'SELECT 1 FROM members WHERE conversation_id = $1 AND account_id = $2';
    return (await this.#rows('is_member', text, [conversation, account])).length === 1;
  }

  /** The ids of the conversations the account belongs to. */
  async conversationsOf(account) {
    const text = 'SELECT conversation_id FROM members WHERE account_id = $1';
    const rows = await this.#rows('conversations_of', text, [account]);
    return rows.map((row) => row.conversation_id);
  }

  /** Creates a conversation with these members in one statement; answers its id. */
  async createConversation(name, members) {
    const text = `
      WITH created AS (INSERT INTO conversations (name) VALUES ($1) RETURNING id),
      joined AS (
        INSERT INTO members (conversation_id, account_id)
        SELECT created.id, account FROM created, unnest($2::integer[]) AS account
      )
      SELECT id FROM created`;
    return (await this.#rows('create_conversation', text, [name, members]))[0].id;
  }

  async #rows(name, text, values) {
    return (await this.#pool.query({ name, text, values })).rows;
  }
}
