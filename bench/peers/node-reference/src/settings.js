// The settings, read once from the environment.

/** Reads the settings; throws when a required one is missing or a number is none. */
export function readSettings(env) {
  return {
    host: env.HOST ?? '127.0.0.1',
    port: integer(env, 'PORT', 3000),
    databaseUrl: required(env, 'DATABASE_URL'),
    databasePool: integer(env, 'DATABASE_POOL', 10),
    redisUrl: env.REDIS_URL ?? 'redis://127.0.0.1:6379',
    jwtSecret: required(env, 'JWT_SECRET'),
    bcryptCost: integer(env, 'BCRYPT_COST', 10),
    seeding: env.SEED === '1',
  };
}

function required(env, name) {
  if (!env[name]) throw new Error(`${name} must be set`);
  return env[name];
}

function integer(env, name, fallback) {
  if (env[name] === undefined) return fallback;
  const value = Number(env[name]);
  if (!Number.isInteger(value) || value < 0) throw new Error(`${name} must be a whole number`);
  return value;
}
