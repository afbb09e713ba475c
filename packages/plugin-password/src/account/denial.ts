import type { AccountRecord, AuthenticationResult } from '@sidetone/core';
import { WireError } from '@sidetone/protocol';

type Denial = Extract<AuthenticationResult, { ok: false }>;

const codes: readonly string[] = [
  'AUTHENTICATION_FAILED',
  'INVALID_PARAMS',
  'RATE_LIMITED',
  'UNAVAILABLE',
  'ALREADY_EXISTS',
  'ACCESS_DENIED',
] satisfies readonly Denial['code'][];

/** What `work` says of somebody, where a `WireError` with a code of denials is a denial. */
export async function deniedOr(
  work: () => Promise<AuthenticationResult>,
): Promise<AuthenticationResult> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof WireError) || !codes.includes(error.code)) throw error;
    const { code, message, retryAfterMs } = error;
    return {
      ok: false,
      code: code as Denial['code'],
      message,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }
}

export function accepted(account: AccountRecord): AuthenticationResult {
  const { id: userId, displayName, administrator } = account;
  return { ok: true, identity: { userId, displayName, guest: false, administrator } };
}

/** One for all reasons: it tells nobody whether there is such an account. */
export function wrong(): WireError {
  return new WireError('AUTHENTICATION_FAILED', 'the name or the password is wrong');
}

export function invalid(message: string): WireError {
  return new WireError('INVALID_PARAMS', message);
}

export function throttled(retryAfterMs: number): WireError {
  return new WireError('RATE_LIMITED', 'too many attempts have failed; try again later', {
    retryAfterMs,
  });
}
