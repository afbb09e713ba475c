import { randomUUID } from 'node:crypto';
import type { AuthenticationResult, Authenticator } from '../contracts/authenticator.js';
import { shownName } from '../domain/shown-name.js';

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
    const shown = shownName(given);
    if (!shown.ok) return denied(`the name ${shown.problem}`);
    return {
      ok: true,
      identity: { userId: randomUUID(), displayName: shown.name, guest: true },
    };
  }
}

function denied(message: string): AuthenticationResult {
  return { ok: false, code: 'INVALID_PARAMS', message };
}
