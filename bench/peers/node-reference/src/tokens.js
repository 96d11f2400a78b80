// Session tokens: JWT, HS256, the account id as `sub`.

import jwt from 'jsonwebtoken';

export class Tokens {
  #secret;

  constructor(secret) {
    this.#secret = secret;
  }

  /** A token for the account, valid for one day. */
  issue(accountId) {
    return jwt.sign({}, this.#secret, {
      algorithm: 'HS256',
      subject: String(accountId),
      expiresIn: '1d',
    });
  }

  /** The account id in a valid token, otherwise null. */
  verify(token) {
    try {
      return Number(jwt.verify(token, this.#secret, { algorithms: ['HS256'] }).sub);
    } catch {
      return null;
    }
  }
}
