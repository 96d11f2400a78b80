// Wires PostgreSQL, Redis, Express and Socket.IO into one listening server.

import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { Accounts } from './accounts.js';
import { createApp } from './http.js';
import { createTables, openPool } from './schema.js';
import { serveSockets } from './sockets.js';
import { Store } from './store.js';
import { Tokens } from './tokens.js';

/** Starts the server; resolves once it listens, with its port and a `stop` function. */
export async function startServer(settings) {
  const pool = openPool(settings);
  await createTables(pool);
  const store = new Store(pool);
  const tokens = new Tokens(settings.jwtSecret);
  const accounts = new Accounts(pool, tokens, settings.bcryptCost);

  const http = createServer();
  const { io, closeRedis } = openSocketServer(http, settings.redisUrl);
  serveSockets(io, store, tokens);
  http.on('request', createApp({ io, pool, store, tokens, accounts, settings }));

  await listen(http, settings);
  return {
    port: http.address().port,
    async stop() {
      await io.close();
      closeRedis();
      await pool.end();
    },
  };
}

function openSocketServer(http, redisUrl) {
  const publisher = new Redis(redisUrl);
  const subscriber = publisher.duplicate();
  for (const client of [publisher, subscriber]) {
    client.on('error', (error) => console.error('redis:', error.message));
  }
  const io = new Server(http, {
    serveClient: false,
    perMessageDeflate: false,
    adapter: createAdapter(publisher, subscriber),
  });
  // The handshake request is not needed once the socket is up (Socket.IO's advice on memory).
  io.engine.on('connection', (raw) => {
    raw.request = null;
  });
  const closeRedis = () => {
    publisher.disconnect();
    subscriber.disconnect();
  };
  return { io, closeRedis };
}

function listen(http, { host, port }) {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    // A reconnect storm outruns Node's default backlog of 511.
    http.listen({ host, port, backlog: 4096 }, resolve);
  });
}
