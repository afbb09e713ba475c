import type { AuthenticationResult, Authenticator, PasswordCheck } from '@sidetone/core';
import { WireError } from '@sidetone/protocol';
import type { Attempt } from '../throttle/sign-in-throttle.js';
import { accepted, deniedOr, invalid, throttled, wrong } from './denial.js';
import type { Holder } from './credential-kind.js';
import { findHolder } from './find-holder.js';
import type { Credentials, PasswordParts } from './parts.js';
import { PasswordWriter } from './password-writer.js';
import { readCredentials } from './read-credentials.js';

interface Asked {
  readonly name: string;
  readonly password: string;
  readonly newPassword: string | null;
}

/** Asked again because the answer to the change was lost: then the new password is the password. */
function proofOf({ password, newPassword }: Asked, holder: Holder | null): string {
  return holder?.credential?.mustChange === true ? password : (newPassword ?? password);
}

/**
 * Signs in with `{ name, password }`, or with `{ name, password, newPassword }` where the password
 * has to be changed. An unknown name, a disabled account and a wrong password cost the same work
 * and get the same answer.
 */
export class PasswordAuthenticator implements Authenticator {
  readonly method = 'password';
  readonly #parts: PasswordParts;
  readonly #writer: PasswordWriter;

  constructor(parts: PasswordParts) {
    this.#parts = parts;
    this.#writer = new PasswordWriter(parts);
  }

  authenticate(
    credentials: Credentials,
    { remoteAddress }: { readonly remoteAddress: string },
  ): Promise<AuthenticationResult> {
    return deniedOr(async () => {
      const asked = readCredentials(credentials, ['newPassword']);
      const { name, password, newPassword = null } = asked;
      const turn = await this.#parts.throttle.begin(name, remoteAddress);
      if (!turn.ok) throw throttled(turn.retryAfterMs);
      try {
        return await this.#signIn({ name, password, newPassword }, turn.attempt);
      } finally {
        turn.attempt.abandoned();
      }
    });
  }

  async #signIn(asked: Asked, attempt: Attempt): Promise<AuthenticationResult> {
    let holder: Holder | null = null;
    const check = await this.#parts.hasher.verifyFound(async () => {
      holder = await findHolder(this.#parts, asked.name);
      return { hash: holder?.credential?.hash ?? null, password: proofOf(asked, holder) };
    }, attempt.standing);
    return this.#judge(asked, attempt, holder, check);
  }

  async #judge(
    asked: Asked,
    attempt: Attempt,
    holder: Holder | null,
    { ok, outdated }: PasswordCheck,
  ): Promise<AuthenticationResult> {
    if (!ok || !holder || holder.account.disabled) {
      await attempt.failed();
      throw wrong();
    }
    await attempt.succeeded();
    if (holder.credential?.mustChange === true) await this.#change(holder, asked);
    else if (outdated) await this.#hashAnew(holder, proofOf(asked, holder), attempt.standing);
    return accepted(holder.account);
  }

  async #change({ account, credential }: Holder, asked: Asked): Promise<void> {
    const { password, newPassword } = asked;
    if (newPassword === null) {
      throw new WireError(
        'ACCESS_DENIED',
        'the password has to be changed: sign in with newPassword beside it',
      );
    }
    this.#writer.requireGood(newPassword, account);
    if (newPassword.normalize('NFKC') === password.normalize('NFKC')) {
      throw invalid('the new password is the old one: use another');
    }
    await this.#writer.write(account.id, newPassword, credential, { standing: 0 });
  }

  /** The hash was made with less than today's parameters, and now the password is known. */
  async #hashAnew({ account, credential }: Holder, proof: string, standing: number): Promise<void> {
    try {
      await this.#writer.write(account.id, proof, credential, { standing });
    } catch (error) {
      // Whoever signs in next with this password makes up for it.
      this.#parts.log.warn('a password could not be hashed anew', { userId: account.id, error });
    }
  }
}
