// Routes that only a measurement needs: filling the database and handing out tokens.

import { queryNumber, wholeNumber } from './checks.js';
import { seed } from './seed.js';

const PASSWORD = 'correct horse battery staple';
const MOST_TOKENS = 20_000;

/** Adds `POST /seed`, `GET /token/:n` and `GET /tokens` to the application. */
export function seedRoutes(app, pool, accounts, tokens) {
  app.post('/seed', async (request, response) => {
    const plan = readPlan(request.body ?? {});
    if (!plan) return response.status(400).json({ error: 'invalid' });
    await seed(pool, { ...plan, passwordHash: await accounts.hash(plan.password) });
    return response.json({
      accounts: { first_id: 1, count: plan.accounts, password: plan.password },
      pairs: { first_conversation: 1, count: plan.pairs },
      rooms: plan.rooms.map(({ name, members }, index) => ({
        name,
        conversation: plan.pairs + 1 + index,
        members,
      })),
      messages: (plan.pairs + plan.rooms.length) * plan.messages,
    });
  });
  // The n-th seeded account, from 0, has the id n + 1.
  app.get('/token/:n', (request, response) => {
    const n = queryNumber(request.params.n, null);
    if (n === null) return response.status(400).json({ error: 'invalid' });
    return response.json({ token: tokens.issue(n + 1) });
  });
  app.get('/tokens', (request, response) => {
    const from = queryNumber(request.query.from, 0);
    const count = queryNumber(request.query.count, 1000);
    if (from === null || count === null || count > MOST_TOKENS) {
      return response.status(400).json({ error: 'invalid' });
    }
    return response.json({
      tokens: Array.from({ length: count }, (_, index) => tokens.issue(from + index + 1)),
    });
  });
}

function readPlan(body) {
  const plan = {
    accounts: body.accounts,
    pairs: body.pairs ?? 0,
    rooms: body.rooms ?? [],
    messages: body.messages_per_conversation ?? 0,
    bodyBytes: body.body_bytes ?? 200,
    password: body.password ?? PASSWORD,
  };
  const counts = [plan.accounts, plan.pairs, plan.messages, plan.bodyBytes];
  const fits =
    counts.every(wholeNumber) &&
    2 * plan.pairs <= plan.accounts &&
    typeof plan.password === 'string' &&
    Array.isArray(plan.rooms) &&
    plan.rooms.every((room) => wholeNumber(room?.members) && between(room.members, 1, plan.accounts));
  return fits ? plan : null;
}

const between = (value, least, most) => value >= least && value <= most;
