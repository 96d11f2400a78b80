// Registration and login with bcrypt.

import bcrypt from 'bcrypt';

const UNIQUE_VIOLATION = '23505';

export class Accounts {
  #pool;
  #tokens;
  #cost;
  #decoy;

  constructor(pool, tokens, cost) {
    this.#pool = pool;
    this.#tokens = tokens;
    this.#cost = cost;
    // Compared against for unknown names, so that they take as long as known ones.
    this.#decoy = bcrypt.hashSync('', cost);
  }

  hash(password) {
    return bcrypt.hash(password, this.#cost);
  }

  /** Creates the account; null when the name is taken. */
  async register(username, password) {
    const hash = await this.hash(password);
    try {
      const { rows } = await this.#pool.query(
        'INSERT INTO accounts (username, password_hash) VALUES ($1, $2) RETURNING id',
        [username, hash],
      );
      return { id: rows[0].id, token: this.#tokens.issue(rows[0].id) };
    } catch (error) {
      if (error.code === UNIQUE_VIOLATION) return null;
      throw error;
    }
  }

  /** A fresh token when name and password fit, otherwise null. */
  async login(username, password) {
    const { rows } = await this.#pool.query({
      name: 'login',
      text: 'SELECT id, password_hash FROM accounts WHERE username = $1',
      values: [username],
    });
    const fits = await bcrypt.compare(password, rows[0]?.password_hash ?? this.#decoy);
    return fits && rows.length === 1 ? { token: this.#tokens.issue(rows[0].id) } : null;
  }
}
