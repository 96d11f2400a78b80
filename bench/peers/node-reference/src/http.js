// The HTTP side: accounts, conversations and pages of messages.

import express from 'express';
import { boundedText, queryNumber, wholeNumber } from './checks.js';
import { seedRoutes } from './seed_routes.js';
import { accountRoom, conversationRoom } from './sockets.js';

const LONGEST_PAGE = 100;

/** Builds the Express application. */
export function createApp({ io, pool, store, tokens, accounts, settings }) {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(express.json());
  app.get('/health', (_request, response) => response.json({ ok: true }));
  accountRoutes(app, accounts);
  if (settings.seeding) seedRoutes(app, pool, accounts, tokens);
  conversationRoutes(app, { io, store, signedIn: requireToken(tokens) });
  app.use(answerError);
  return app;
}

function accountRoutes(app, accounts) {
  const credentials = (request, response, next) => {
    const { username, password } = request.body ?? {};
    const valid = boundedText(username, 64) && boundedText(password, 72);
    return valid ? next() : refuse(response, 400, 'invalid');
  };
  app.post('/register', credentials, async ({ body }, response) => {
    const account = await accounts.register(body.username, body.password);
    return account ? response.status(201).json(account) : refuse(response, 409, 'name_taken');
  });
  app.post('/login', credentials, async ({ body }, response) => {
    const session = await accounts.login(body.username, body.password);
    return session ? response.json(session) : refuse(response, 401, 'unauthorized');
  });
}

function conversationRoutes(app, { io, store, signedIn }) {
  app.post('/conversations', signedIn, async (request, response) => {
    const { name = null, members } = request.body ?? {};
    if (!Array.isArray(members) || !members.every(wholeNumber)) {
      return refuse(response, 400, 'invalid');
    }
    const everyone = [...new Set([request.account, ...members])];
    const id = await store.createConversation(name, everyone);
    io.in(everyone.map(accountRoom)).socketsJoin(conversationRoom(id));
    return response.status(201).json({ id });
  });
  app.post('/conversations/:id/messages', signedIn, async (request, response) => {
    const { client_id: clientId, body } = request.body ?? {};
    const conversation = queryNumber(request.params.id, null);
    if (!conversation || !boundedText(clientId, 64) || !boundedText(body, 65_536)) {
      return refuse(response, 400, 'invalid');
    }
    const sender = request.account;
    if (!(await store.isMember(conversation, sender))) return refuse(response, 403, 'not_a_member');
    const sentAt = Date.now();
    const stored = await store.insertMessage({ conversation, sender, clientId, body, sentAt });
    const message = { conversation, seq: stored.seq, sender, client_id: clientId, body, sent_at: sentAt };
    if (stored.fresh) io.to(conversationRoom(conversation)).emit('message', message);
    return response.status(stored.fresh ? 201 : 200).json(message);
  });
  app.get('/conversations/:id/messages', signedIn, async (request, response) => {
    const id = queryNumber(request.params.id, null);
    const limit = queryNumber(request.query.limit, 50);
    const before = queryNumber(request.query.before, Number.MAX_SAFE_INTEGER);
    if (!id || !limit || limit > LONGEST_PAGE || before === null) {
      return refuse(response, 400, 'invalid');
    }
    const messages = await store.pageBefore(id, before, limit, request.account);
    if (messages.length === 0 && !(await store.isMember(id, request.account))) {
      return refuse(response, 403, 'not_a_member');
    }
    return response.json({ messages });
  });
}

function requireToken(tokens) {
  return (request, response, next) => {
    const [scheme, token] = (request.headers.authorization ?? '').split(' ');
    const account = scheme === 'Bearer' ? tokens.verify(token) : null;
    if (account === null) return refuse(response, 401, 'unauthorized');
    request.account = account;
    return next();
  };
}

const refuse = (response, status, error) => response.status(status).json({ error });

// Express tells error handlers apart by their four parameters.
function answerError(error, _request, response, _next) {
  const status = error.status ?? 500;
  if (status >= 500) console.error('http:', error);
  refuse(response, status, status >= 500 ? 'unavailable' : 'invalid');
}
