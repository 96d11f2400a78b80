-- A message is named by the end of its conversation's id and its number there (wire/src/message_id.rs): this finds the
-- conversation. Nothing is kept for each message.
CREATE INDEX conversations_by_tail ON conversations (substring(uuid_send(id) from 12));
