import { createValidator, Name } from '@sidetone/protocol';
import { randomUUID } from 'node:crypto';
import type { AuthenticationResult, Authenticator } from '../contracts/authenticator.js';

const name = createValidator(Name);

/** Nothing longer is worth normalizing; 80 characters never need as much. */
const MAX_GIVEN_LENGTH = 1024;
/** Controls, line separators, lone surrogates, and marks that turn the direction of text around it. */
const MISLEADING = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/**
 * Lets everybody in under a name of their choice: credentials `{ name }`, 1 to 80 characters after
 * trimming and normalization (Unicode NFC). Each sign-in is a new user; names are not unique.
 */
export class GuestAuthenticator implements Authenticator {
  readonly method = 'guest';

  async authenticate(
    credentials: Readonly<Record<string, unknown>>,
  ): Promise<AuthenticationResult> {
    const given = credentials['name'];
    if (typeof given !== 'string') return denied('a guest needs a name: send credentials { name }');
    if (given.length > MAX_GIVEN_LENGTH)
      return denied('the name is too long: use 1 to 80 characters');
    const displayName = given.normalize('NFC').trim();
    if (MISLEADING.test(displayName)) {
      return denied('the name has characters that cannot be shown on one line: leave them out');
    }
    if (!VISIBLE.test(displayName) || !name.validate(displayName).ok) {
      return denied('the name has to have 1 to 80 characters, and one that can be seen');
    }
    return { ok: true, identity: { userId: randomUUID(), displayName, guest: true } };
  }
}

function denied(message: string): AuthenticationResult {
  return { ok: false, code: 'INVALID_PARAMS', message };
}
