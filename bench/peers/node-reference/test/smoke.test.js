// Runs the real server against PostgreSQL and Redis with the official Socket.IO client.
// TEST_DATABASE_URL names a database server on which a database may be created and dropped.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { io } from 'socket.io-client';
import { readSettings } from '../src/settings.js';
import { startServer } from '../src/start.js';

const ADMIN_URL = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';
const DATABASE = `node_reference_test_${process.pid}`;

let server;
let base;

before(async () => {
  await administer(`CREATE DATABASE ${DATABASE}`);
  const databaseUrl = new URL(ADMIN_URL);
  databaseUrl.pathname = `/${DATABASE}`;
  server = await startServer(
    readSettings({
      ...process.env,
      PORT: '0',
      DATABASE_URL: databaseUrl.href,
      JWT_SECRET: 'test',
      BCRYPT_COST: '4',
      SEED: '1',
    }),
  );
  base = `http://127.0.0.1:${server.port}`;
});

after(async () => {
  await server?.stop();
  await administer(`DROP DATABASE IF EXISTS ${DATABASE}`);
});

test('a sent message is acknowledged and reaches the peer once', async () => {
  const { conversation, sender, peer, peerId, senderId } = await twoConnected('once');
  const received = [];
  peer.on('message', (message) => received.push(message));

  const input = { conversation, client_id: 'first', body: 'hello' };
  const first = await sender.emitWithAck('send', input);
  const repeated = await sender.emitWithAck('send', input);
  const last = await sender.emitWithAck('send', { ...input, client_id: 'second' });

  assert.equal(first.ok, true);
  assert.deepEqual(repeated, first);
  assert.ok(last.seq > first.seq);
  // Deliveries are ordered on a connection: once the second is here, so is all before it.
  while (received.at(-1)?.client_id !== 'second') await once(peer, 'message');
  assert.deepEqual(
    received.map((message) => [message.seq, message.client_id, message.sender]),
    [
      [first.seq, 'first', senderId],
      [last.seq, 'second', senderId],
    ],
  );
  assert.notEqual(senderId, peerId);
});

test('a wrong password, a taken name and a foreign token are refused', async () => {
  await post('/register', { username: 'refused', password: 'right' });
  assert.equal((await post('/login', { username: 'refused', password: 'wrong' })).status, 401);
  assert.equal((await post('/register', { username: 'refused', password: 'x' })).status, 409);
  const socket = connect('not a token');
  const [error] = await once(socket, 'connect_error');
  assert.equal(error.message, 'unauthorized');
  socket.disconnect();
});

test('only members may send, catch up and read', async () => {
  const { conversation } = await twoConnected('members');
  const stranger = await account('stranger');
  const socket = await connected(stranger.token);
  const input = { conversation, client_id: 'x', body: 'x', after_seq: 0 };
  for (const event of ['send', 'sync']) {
    assert.deepEqual(await socket.emitWithAck(event, input), { ok: false, error: 'not_a_member' });
  }
  assert.deepEqual(await socket.emitWithAck('send', null), { ok: false, error: 'invalid' });
  assert.equal((await page(conversation, stranger.token)).status, 403);
  socket.disconnect();
});

test('a message posted over HTTP reaches the other end', async () => {
  const { conversation, peer, senderToken } = await twoConnected('posting');
  const path = `/conversations/${conversation}/messages`;
  const heard = once(peer, 'message');
  const posted = await post(path, { client_id: 'p', body: 'over HTTP' }, senderToken);
  assert.equal(posted.status, 201);
  assert.deepEqual((await heard)[0], posted.body);
  assert.equal((await post(path, { client_id: 'p', body: 'over HTTP' }, senderToken)).status, 200);
  const stranger = await account('posting-stranger');
  assert.equal((await post(path, { client_id: 'q', body: 'x' }, stranger.token)).status, 403);
});

// Runs last: seeding empties the database.
test('a seeded conversation is read in pages of 50', async () => {
  const plan = { accounts: 6, pairs: 2, rooms: [{ name: 'hall', members: 5 }] };
  const seeded = await post('/seed', { ...plan, messages_per_conversation: 120 });
  assert.equal(seeded.status, 200);
  const [room] = seeded.body.rooms;
  assert.deepEqual(room, { name: 'hall', conversation: 3, members: 5 });
  const login = await post('/login', { username: 'user3', password: seeded.body.accounts.password });
  assert.equal(login.status, 200);

  const { tokens } = await (await fetch(`${base}/tokens?from=3&count=1`)).json();
  for (const conversation of [2, room.conversation]) {
    const newest = await page(conversation, tokens[0]);
    assert.deepEqual(sequence(newest.body.messages), countdown(120, 71));
    const older = await page(conversation, tokens[0], '&before=71');
    assert.deepEqual(sequence(older.body.messages), countdown(70, 21));
    assert.equal(newest.body.messages[0].body.length, 200);
  }
  assert.equal((await page(1, tokens[0])).status, 403);

  const socket = await connected(tokens[0]);
  const caughtUp = await socket.emitWithAck('sync', { conversation: 2, after_seq: 60 });
  assert.deepEqual(sequence(caughtUp.messages), countdown(110, 61).reverse());
  assert.equal(caughtUp.more, true);
  socket.disconnect();
});

async function twoConnected(prefix) {
  const one = await account(`${prefix}-one`);
  const other = await account(`${prefix}-other`);
  const created = await post('/conversations', { members: [other.id] }, one.token);
  const [sender, peer] = await Promise.all([connected(one.token), connected(other.token)]);
  after(() => [sender, peer].forEach((socket) => socket.disconnect()));
  const senderToken = one.token;
  return { conversation: created.body.id, sender, peer, senderToken, senderId: one.id, peerId: other.id };
}

async function account(username) {
  const registered = await post('/register', { username, password: 'secret' });
  assert.equal(registered.status, 201);
  const login = await post('/login', { username, password: 'secret' });
  return { id: registered.body.id, token: login.body.token };
}

async function connected(token) {
  const socket = connect(token);
  await once(socket, 'connect');
  return socket;
}

function connect(token) {
  return io(base, { auth: { token }, transports: ['websocket'], forceNew: true });
}

async function post(path, body, token) {
  const response = await fetch(base + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

async function page(conversation, token, more = '') {
  const response = await fetch(`${base}/conversations/${conversation}/messages?limit=50${more}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return { status: response.status, body: await response.json() };
}

const sequence = (messages) => messages.map((message) => message.seq);

const countdown = (from, to) => Array.from({ length: from - to + 1 }, (_, index) => from - index);

async function administer(statement) {
  const client = new pg.Client(ADMIN_URL);
  await client.connect();
  await client.query(statement);
  await client.end();
}
