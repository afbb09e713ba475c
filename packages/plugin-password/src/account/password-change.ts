import type { MethodCaller, Sessions } from '@sidetone/core';
import { isVoiceError, WireError } from '@sidetone/protocol';
import { Type, type TObject, type TString } from 'typebox';
import { invalid, throttled } from './denial.js';
import { PASSWORD, type Holder } from './credential-kind.js';
import type { PasswordParts } from './parts.js';
import { PasswordWriter } from './password-writer.js';
import { reachStore } from '../store/reach-store.js';

const MAX_LENGTH = 1024;

export const changeParams: TObject<{ current: TString; next: TString }> = Type.Object({
  current: Type.String({ maxLength: MAX_LENGTH }),
  next: Type.String({ maxLength: MAX_LENGTH }),
});

/** The method `password.change`: who is signed in and knows the password replaces it. */
export class PasswordChange {
  readonly #parts: PasswordParts;
  readonly #writer: PasswordWriter;
  readonly #sessions: () => Pick<Sessions, 'closeOfUser'> | null;

  constructor(parts: PasswordParts, sessions: () => Pick<Sessions, 'closeOfUser'> | null) {
    this.#parts = parts;
    this.#writer = new PasswordWriter(parts);
    this.#sessions = sessions;
  }

  /** Ends the user's other sessions. Rejects with `WireError`. */
  async change(
    { current, next }: { readonly current: string; readonly next: string },
    { userId, sessionId }: MethodCaller,
  ): Promise<Record<string, never>> {
    const { account, credential } = await this.#holder(userId);
    this.#writer.requireGood(next, account);
    if (next.normalize('NFKC') === current.normalize('NFKC')) {
      throw invalid('the new password is the old one: use another');
    }
    await this.#prove(credential?.hash ?? null, current, userId);
    await this.#writer.write(userId, next, credential, { standing: 0 }).catch(overtaken);
    const detail = 'the password was changed in another session';
    this.#sessions()?.closeOfUser(userId, 'CREDENTIALS_CHANGED', { except: sessionId, detail });
    return {};
  }

  async #holder(userId: string): Promise<Holder> {
    const { accounts, credentials, clock } = this.#parts;
    const [account, credential] = await reachStore(clock, () =>
      Promise.all([accounts.get(userId), credentials.get(userId, PASSWORD)]),
    );
    if (account && credential) return { account, credential };
    throw new WireError('NOT_FOUND', 'you have no password here');
  }

  /** A session left open is no way to guess, and who guesses in it locks nobody out of signing in. */
  async #prove(hash: string | null, current: string, userId: string): Promise<void> {
    const { throttle, hasher } = this.#parts;
    const place = `session of ${userId}`;
    const turn = await throttle.begin(place, place);
    if (!turn.ok) throw throttled(turn.retryAfterMs);
    const { attempt } = turn;
    try {
      const { ok } = await hasher.verify(hash, current, 0);
      if (ok) return await attempt.succeeded();
      await attempt.failed();
      throw new WireError('ACCESS_DENIED', 'the current password is wrong');
    } finally {
      attempt.abandoned();
    }
  }
}

/** Two sessions of the user have changed it at once. */
function overtaken(error: unknown): never {
  if (!isVoiceError(error) || error.code !== 'ERR_STORE_VERSION') throw error;
  const message = 'the password was changed in another session meanwhile';
  throw new WireError('VERSION_CONFLICT', message, { cause: error });
}
