// The Socket.IO side: authentication, rooms, sending and catching up.

import { boundedText, wholeNumber } from './checks.js';

const PAGE = 50;

/** The Socket.IO room of a conversation. */
export const conversationRoom = (id) => `conversation:${id}`;

/** The Socket.IO room of all sessions of an account. */
export const accountRoom = (id) => `user:${id}`;

/** Serves every connection of `io`. */
export function serveSockets(io, store, tokens) {
  // Rooms are read before the connection is accepted, so an accepted one misses nothing.
  io.use(async (socket, next) => {
    const account = tokens.verify(socket.handshake.auth.token);
    if (account === null) return next(new Error('unauthorized'));
    try {
      const conversations = await store.conversationsOf(account);
      socket.data.account = account;
      socket.join([accountRoom(account), ...conversations.map(conversationRoom)]);
      next();
    } catch (error) {
      next(failed(error));
    }
  });
  io.on('connection', (socket) => {
    answer(socket, 'send', (input) => send(socket, store, input));
    answer(socket, 'sync', (input) => sync(socket, store, input));
  });
}

/** Handles an event whose last argument is an acknowledgement; failures are answered too. */
function answer(socket, event, handle) {
  socket.on(event, async (input, ack) => {
    const reply = await handle(input ?? {}).catch((error) => refused(failed(error).message));
    if (typeof ack === 'function') ack(reply);
  });
}

async function send(socket, store, { conversation, client_id: clientId, body }) {
  if (!wholeNumber(conversation) || !boundedText(clientId, 64) || !boundedText(body, 65_536)) {
    return refused('invalid');
  }
  const room = conversationRoom(conversation);
  if (!socket.rooms.has(room)) return refused('not_a_member');
  const sender = socket.data.account;
  const sentAt = Date.now();
  const { seq, fresh } = await store.insertMessage({ conversation, sender, clientId, body, sentAt });
  if (fresh) {
    const message = { conversation, seq, sender, client_id: clientId, body, sent_at: sentAt };
    socket.to(room).emit('message', message);
  }
  return { ok: true, seq };
}

async function sync(socket, store, { conversation, after_seq: after }) {
  if (!wholeNumber(conversation) || !wholeNumber(after)) return refused('invalid');
  if (!socket.rooms.has(conversationRoom(conversation))) return refused('not_a_member');
  const messages = await store.pageAfter(conversation, after, PAGE);
  return { ok: true, messages, more: messages.length === PAGE };
}

const refused = (error) => ({ ok: false, error });

function failed(error) {
  console.error('socket:', error.message);
  return new Error('unavailable');
}
