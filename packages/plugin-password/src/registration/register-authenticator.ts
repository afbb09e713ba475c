import { shownName, type AuthenticationResult, type Authenticator } from '@sidetone/core';
import { accepted, deniedOr, invalid, throttled } from '../account/denial.js';
import type { Credentials, RegistrationParts } from '../account/parts.js';
import { readCredentials } from '../account/read-credentials.js';
import { Invitation, notGood } from './invitation.js';
import { Registrar } from './registrar.js';

export interface RegisterOptions {
  /** Whether nobody makes an account without an invite. */
  readonly needsInvite: boolean;
}

/**
 * Makes an account and signs in with it: `{ name, password, displayName?, invite? }`. Asked again
 * with the same name and password, because the answer was lost, it signs in. An invite makes the
 * new user a member of its organization, with its roles.
 */
export class RegisterAuthenticator implements Authenticator {
  readonly method = 'register';
  readonly #parts: RegistrationParts;
  readonly #options: RegisterOptions;
  readonly #registrar: Registrar;

  constructor(parts: RegistrationParts, options: RegisterOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#registrar = new Registrar(parts);
  }

  authenticate(
    credentials: Credentials,
    { remoteAddress }: { readonly remoteAddress: string },
  ): Promise<AuthenticationResult> {
    return deniedOr(async () => {
      const asked = readCredentials(credentials, ['displayName', 'invite']);
      const { name, password, invite: code } = asked;
      const displayName = shown(asked.displayName ?? name);
      const problem = this.#parts.policy.problemOf(password, [name, displayName]);
      if (problem !== null) throw invalid(problem);
      const invitation = await this.#invitation(code, remoteAddress);
      await this.#pass(this.#parts.throttle.beginRegistration(remoteAddress));
      return this.#register({ name, displayName, password, invitation }, remoteAddress);
    });
  }

  async #register(
    request: { name: string; displayName: string; password: string; invitation: Invitation | null },
    remoteAddress: string,
  ): Promise<AuthenticationResult> {
    const turn = await this.#parts.throttle.begin(request.name, remoteAddress);
    if (!turn.ok) throw throttled(turn.retryAfterMs);
    const { attempt } = turn;
    try {
      const account = await this.#registrar.register({ ...request, attempt });
      await attempt.succeeded();
      return accepted(account);
    } finally {
      attempt.abandoned();
    }
  }

  /** Before the name is looked at: who has no invite learns of no name whether it is taken. */
  async #invitation(code: string | undefined, remoteAddress: string): Promise<Invitation | null> {
    if (code === undefined) {
      if (this.#options.needsInvite) throw notGood();
      return null;
    }
    await this.#pass(this.#parts.throttle.guessWaitMs(remoteAddress));
    const invitation = await Invitation.find(this.#parts, code);
    if (invitation) return invitation;
    await this.#parts.throttle.guessed(remoteAddress);
    throw notGood();
  }

  async #pass(waitMs: Promise<number>): Promise<void> {
    const retryAfterMs = await waitMs;
    if (retryAfterMs > 0) throw throttled(retryAfterMs);
  }
}

function shown(displayName: string): string {
  const name = shownName(displayName);
  if (!name.ok) throw invalid(`the display name ${name.problem}`);
  return name.name;
}
