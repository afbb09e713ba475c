import { createToken, type Token } from '../token.js';

/** How a check of a password ended. */
export interface PasswordCheck {
  readonly ok: boolean;
  /** The hash was made with less than is asked for today: hash again now that the password is known. */
  readonly outdated: boolean;
}

/**
 * Hashes passwords of users and channels, away from the event loop. When too much waits it rejects
 * with `WireError` RATE_LIMITED and `retryAfterMs` before it does any work.
 */
export interface PasswordHasher {
  /** In PHC format, parameters and salt included. */
  hash(password: string): Promise<string>;
  /** Constant work: `null` in place of a hash, for a user who does not exist, costs as much as any. */
  verify(hash: string | null, password: string): Promise<PasswordCheck>;
}

export const PasswordHasher: Token<PasswordHasher> = createToken('PasswordHasher');
