import {
  shownName,
  stableId,
  type AuthenticationResult,
  type Authenticator,
  type Clock,
  type Logger,
} from '@sidetone/core';
import { errors, type JWTPayload } from 'jose';
import { createVerifier } from './key-source.js';
import type { ResolvedTokenOptions } from './options.js';
import type { TokenAccounts } from './token-accounts.js';

const MAX_TOKEN_LENGTH = 16_384;
const MAX_SUBJECT_LENGTH = 255;
const MAX_ROLES = 64;
const MAX_NAME_LENGTH = 80;
const RETRY_AFTER_MS = 2000;

/** Errors of a fetch of keys; all others of jose are about the token. */
const UNREACHABLE: readonly string[] = ['ERR_JWKS_TIMEOUT', 'ERR_JOSE_GENERIC', 'ERR_JWKS_INVALID'];

export interface TokenAuthenticatorParts {
  readonly options: ResolvedTokenOptions;
  readonly clock: Clock;
  readonly log: Logger;
  /** `null`: users have none. */
  readonly accounts: Pick<TokenAccounts, 'of'> | null;
}

/**
 * Signs in with `{ token }`, a signed JWT (RFC 7519) of the backend that the app has. The user is
 * whom issuer and `sub` name: the same two give the same id, at every start and on every server.
 */
export class TokenAuthenticator implements Authenticator {
  readonly method = 'token';
  readonly #parts: TokenAuthenticatorParts;
  readonly #verify: ReturnType<typeof createVerifier>;

  constructor(parts: TokenAuthenticatorParts) {
    this.#parts = parts;
    this.#verify = createVerifier(parts.options.keys);
  }

  async authenticate({ token }: Readonly<Record<string, unknown>>): Promise<AuthenticationResult> {
    if (typeof token !== 'string') return invalid('it needs token, a text');
    if (token.length > MAX_TOKEN_LENGTH) return invalid('the token is too long');
    const judged = await this.#judge(token);
    return judged.ok ? this.#withAccount(judged) : judged;
  }

  async #judge(token: string): Promise<AuthenticationResult> {
    try {
      return this.#accept(await this.#verify(token, this.#expected()));
    } catch (error) {
      return this.#refuse(error);
    }
  }

  async #withAccount(
    accepted: Extract<AuthenticationResult, { ok: true }>,
  ): Promise<AuthenticationResult> {
    const { accounts } = this.#parts;
    if (accounts === null) return accepted;
    const { disabled, administrator } = await accounts.of(accepted.identity);
    if (disabled) return this.#denied('disabled');
    return { ok: true, identity: { ...accepted.identity, administrator } };
  }

  #expected(): Parameters<ReturnType<typeof createVerifier>>[1] {
    const { issuer, audience, clockToleranceS } = this.#parts.options;
    return {
      issuer,
      audience: [...audience],
      clockTolerance: clockToleranceS,
      requiredClaims: ['exp', 'iat', 'sub'],
      currentDate: new Date(this.#parts.clock.wallTime()),
    };
  }

  #accept(claims: JWTPayload): AuthenticationResult {
    const { issuer, organizationClaim, rolesClaim, nameClaim } = this.#parts.options;
    const { sub = '', exp = 0, iat = 0 } = claims;
    const lateness = this.#timeProblem(iat, exp);
    if (lateness !== null) return this.#denied(lateness);
    if (sub === '' || sub.length > MAX_SUBJECT_LENGTH) return this.#denied('sub');
    const shown = shownName(nameOf(claims[nameClaim] ?? sub));
    if (!shown.ok) return this.#denied(nameClaim);
    const organization = organizationClaim === null ? null : claims[organizationClaim];
    if (organization !== null && !isName(organization)) return this.#denied(organizationClaim);
    const roles = rolesClaim === null ? [] : (claims[rolesClaim] ?? []);
    if (!isNameList(roles)) return this.#denied(rolesClaim);
    return {
      ok: true,
      identity: {
        userId: stableId('token', issuer, sub),
        displayName: shown.name,
        guest: false,
        ...(organization === null ? {} : { organization }),
        ...(rolesClaim === null ? {} : { roles }),
      },
    };
  }

  #timeProblem(iat: number, exp: number): string | null {
    const { clockToleranceS, maxLifetimeS } = this.#parts.options;
    const nowS = this.#parts.clock.wallTime() / 1000;
    if (iat > nowS + clockToleranceS) return 'iat';
    return exp - iat > maxLifetimeS ? 'exp' : null;
  }

  #refuse(error: unknown): AuthenticationResult {
    if (error instanceof errors.JWTExpired) {
      const message = 'the token has expired: get a new one';
      return { ok: false, code: 'AUTHENTICATION_FAILED', message };
    }
    if (error instanceof errors.JOSEError && !UNREACHABLE.includes(error.code)) {
      return this.#denied(error.code);
    }
    // Its words are those of a fetch, or of a broken set of keys; nothing of the token.
    this.#parts.log.warn('the keys for tokens cannot be had', { error });
    return {
      ok: false,
      code: 'UNAVAILABLE',
      message: 'tokens cannot be checked at the moment; try again',
      retryAfterMs: RETRY_AFTER_MS,
    };
  }

  /** Who operates the server learns why, who signs in does not. */
  #denied(reason: string | null): AuthenticationResult {
    this.#parts.log.debug('a token was not accepted', { reason });
    return {
      ok: false,
      code: 'AUTHENTICATION_FAILED',
      message: 'the token is not accepted here',
    };
  }
}

function nameOf(claim: unknown): string {
  return typeof claim === 'string' ? claim : '';
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_NAME_LENGTH;
}

function isNameList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= MAX_ROLES && value.every(isName);
}

function invalid(message: string): AuthenticationResult {
  return { ok: false, code: 'INVALID_PARAMS', message };
}
