import { randomBytes } from 'node:crypto';
import { createToken, type AccountRecord, type Sessions, type Token } from '@sidetone/core';
import { VoiceError } from '@sidetone/protocol';
import { NO_PASSWORD, PASSWORD } from './account/credential-kind.js';
import type { PasswordParts } from './account/parts.js';
import { PasswordWriter } from './account/password-writer.js';
import type { PasswordErrorCode } from './error-codes.js';
import { parametersOf } from './hashing/argon2-parameters.js';
import { reachStore } from './store/reach-store.js';

const TEMPORARY_BYTES = 15;

/** What another program kept of a password. */
export type ForeignPassword = { readonly plaintext: string } | { readonly hash: string };

/**
 * `good`: it goes on as it was. `mustChange`: it is good for signing in with a new one beside it,
 * because it is against the policy. `none`: nothing can be made of it, and the user needs one from
 * an administrator (`setTemporary`).
 */
export type ImportedPassword = 'good' | 'mustChange' | 'none';

/**
 * Passwords in the hands of the program and its administrators. Every method ends all sessions of
 * the user, and rejects with `ERR_PASSWORD_ACCOUNT_UNKNOWN` where there is no such account, and with
 * `WireError` UNAVAILABLE or RATE_LIMITED.
 */
export interface Passwords {
  /** `ERR_PASSWORD_WEAK` for one against the policy. With `mustChange` it is good for one sign-in. */
  set(userId: string, password: string, options?: { readonly mustChange?: boolean }): Promise<void>;
  /** Gives a random password of 20 characters, which has to be changed at the next sign-in. */
  setTemporary(userId: string): Promise<string>;
  /**
   * Takes a password over from another program. A plaintext is hashed. Of hashes those of Argon2id
   * in PHC format are kept as they are, and made anew at the next sign-in where they were made with
   * less than today; all others are of no use.
   */
  import(userId: string, foreign: ForeignPassword): Promise<ImportedPassword>;
}

export const Passwords: Token<Passwords> = createToken('Passwords');

interface PasswordKeeperParts extends PasswordParts {
  /** `null` before the server is ready: nobody is signed in then. */
  readonly sessions: () => Pick<Sessions, 'closeOfUser'> | null;
}

export class PasswordKeeper implements Passwords {
  readonly #parts: PasswordKeeperParts;
  readonly #writer: PasswordWriter;

  constructor(parts: PasswordKeeperParts) {
    this.#parts = parts;
    this.#writer = new PasswordWriter(parts);
  }

  async set(
    userId: string,
    password: string,
    { mustChange = false }: { readonly mustChange?: boolean } = {},
  ): Promise<void> {
    const problem = this.#problem(password, await this.#account(userId));
    if (problem !== null) {
      throw passwordError('ERR_PASSWORD_WEAK', problem, { problem });
    }
    await this.#keep(userId, await this.#parts.hasher.hash(password), mustChange);
  }

  async setTemporary(userId: string): Promise<string> {
    await this.#account(userId);
    const password = randomBytes(TEMPORARY_BYTES).toString('base64url');
    await this.#keep(userId, await this.#parts.hasher.hash(password), true);
    return password;
  }

  async import(userId: string, foreign: ForeignPassword): Promise<ImportedPassword> {
    const account = await this.#account(userId);
    if ('hash' in foreign) {
      const isOurs = parametersOf(foreign.hash) !== null;
      await this.#keep(userId, isOurs ? foreign.hash : NO_PASSWORD, !isOurs);
      return isOurs ? 'good' : 'none';
    }
    const mustChange = this.#problem(foreign.plaintext, account) !== null;
    await this.#keep(userId, await this.#parts.hasher.hash(foreign.plaintext), mustChange);
    return mustChange ? 'mustChange' : 'good';
  }

  #problem(password: string, { name, displayName }: AccountRecord): string | null {
    return this.#parts.policy.problemOf(password, [name, displayName]);
  }

  async #account(userId: string): Promise<AccountRecord> {
    const { accounts, clock } = this.#parts;
    const account = await reachStore(clock, () => accounts.get(userId));
    if (account) return account;
    const problem = `there is no account "${userId}": create it first`;
    throw passwordError('ERR_PASSWORD_ACCOUNT_UNKNOWN', problem, { userId });
  }

  async #keep(userId: string, hash: string, mustChange: boolean): Promise<void> {
    const { credentials, clock } = this.#parts;
    const present = await reachStore(clock, () => credentials.get(userId, PASSWORD));
    await this.#writer.writeHash(userId, hash, present, { mustChange });
    const detail = 'an administrator has set another password';
    this.#parts.sessions()?.closeOfUser(userId, 'CREDENTIALS_CHANGED', { detail });
  }
}

function passwordError(
  code: PasswordErrorCode,
  message: string,
  details: Readonly<Record<string, unknown>>,
): VoiceError<PasswordErrorCode> {
  return new VoiceError(code, message, { details });
}
