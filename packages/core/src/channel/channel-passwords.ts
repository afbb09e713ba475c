import { WireError } from '@sidetone/protocol';
import type { Clock } from '../contracts/clock.js';
import type { PasswordHasher } from '../contracts/password-hasher.js';
import { BucketTable } from '../limit/bucket-table.js';
import { isLoopback } from '../limit/loopback.js';
import { networkOf } from '../limit/network-of.js';
import type { TokenRate } from '../limit/token-bucket.js';
import type { Session } from '../session/session.js';

/** Of passwords that were wrong. */
const GUESSES: TokenRate = { burst: 5, perSecond: 0.2 };
const MAX_GUESSERS = 16_384;

interface ChannelPasswordsParts {
  readonly clock: Clock;
  readonly passwordHasher: PasswordHasher | null;
}

/** Hashes passwords of channels and checks them, and bounds how often somebody may guess. */
export class ChannelPasswords {
  readonly #parts: ChannelPasswordsParts;
  /** By session, and by user and where they come from. */
  readonly #guesses = new BucketTable(GUESSES, MAX_GUESSERS);

  constructor(parts: ChannelPasswordsParts) {
    this.#parts = parts;
  }

  /** Rejects with `WireError`: INVALID_PARAMS on a server that cannot keep passwords, RATE_LIMITED. */
  async hash(password: string): Promise<string> {
    const { passwordHasher } = this.#parts;
    if (passwordHasher) return passwordHasher.hash(password);
    throw new WireError(
      'INVALID_PARAMS',
      'this server keeps no passwords of channels: it has no plugin that provides a PasswordHasher',
      { details: { path: '/password' } },
    );
  }

  /**
   * Resolves where it is the password behind the hash. Rejects with `WireError` PASSWORD_WRONG;
   * RATE_LIMITED before any work where too many were wrong; UNAVAILABLE without a hasher.
   */
  async check(session: Session, hash: string, password: string): Promise<void> {
    const { passwordHasher } = this.#parts;
    if (!passwordHasher) {
      throw new WireError('UNAVAILABLE', 'the server cannot check passwords of channels now');
    }
    const guessers = guessersOf(session);
    this.#take(guessers);
    let wrong = false;
    try {
      const { ok } = await passwordHasher.verify(hash, password);
      wrong = !ok;
    } finally {
      // Neither the right one nor one that could not be checked is a guess.
      if (!wrong) for (const name of guessers) this.#guesses.giveBack(name);
    }
    if (wrong) throw new WireError('PASSWORD_WRONG', 'that is not the password of the channel');
  }

  /** Taken ahead of the check: who asks many times at once must not get more. */
  #take(guessers: readonly string[]): void {
    const nowMs = this.#parts.clock.now();
    const waitMs = Math.max(...guessers.map((name) => this.#guesses.waitMs(name, nowMs)));
    if (waitMs > 0) {
      throw new WireError('RATE_LIMITED', `too many wrong passwords; wait ${waitMs} ms`, {
        retryAfterMs: waitMs,
      });
    }
    for (const name of guessers) this.#guesses.take(name, nowMs);
  }
}

/** Guests are new users each time: all of one address count as one, but not those behind a proxy here. */
function guessersOf({ id, identity, userId, organizationId, remoteAddress }: Session): string[] {
  const session = `session ${id}`;
  if (remoteAddress === null) return [session];
  const user = identity.guest && !isLoopback(remoteAddress) ? 'guests' : userId;
  return [session, `${organizationId} ${user} ${networkOf(remoteAddress)}`];
}
