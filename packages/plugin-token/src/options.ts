import { VoiceError } from '@sidetone/protocol';
import type { TokenErrorCode } from './error-codes.js';
import { checkKeys, type CheckedKeys, type TokenKeys } from './token-keys.js';

export interface TokenOptions {
  /** What `iss` has to be. */
  readonly issuer: string;
  /** What `aud` has to be, or to have among others: a name of this server. */
  readonly audience: string | readonly string[];
  readonly keys: TokenKeys;
  /**
   * Claim with the id or name of the organization that a token is good for. Then each token needs
   * it. Default none: a token is good for any organization.
   */
  readonly organizationClaim?: string;
  /** Claim with a list of names of roles that hold for the session. Default none: roles of no kind. */
  readonly rolesClaim?: string;
  /** Claim with the display name; where it is missing, `sub` is shown. Default `name`. */
  readonly nameClaim?: string;
  /**
   * Whether who signs in for the first time gets an account, which settings, roles and memberships
   * refer to; it can be disabled, and made an administrator. Default true. Without it such users have
   * none of these.
   */
  readonly provisioning?: boolean;
  /** How far the clock of the backend may be off, 0 to 300 s. Default 5. */
  readonly clockToleranceS?: number;
  /** Longest time from `iat` to `exp`, 60 to 2,678,400 s. Default 86,400. */
  readonly maxLifetimeS?: number;
}

export interface ResolvedTokenOptions {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly keys: CheckedKeys;
  readonly organizationClaim: string | null;
  readonly rolesClaim: string | null;
  readonly nameClaim: string;
  readonly provisioning: boolean;
  readonly clockToleranceS: number;
  readonly maxLifetimeS: number;
}

const MAX_TEXT = 1024;
const MAX_AUDIENCES = 16;

/** Fills in the defaults; all problems are reported in one `ERR_TOKEN_OPTIONS`. */
export function resolveTokenOptions(options: TokenOptions): ResolvedTokenOptions {
  const {
    issuer,
    audience,
    keys,
    organizationClaim,
    rolesClaim,
    nameClaim = 'name',
    provisioning = true,
    clockToleranceS = 5,
    maxLifetimeS = 86_400,
    ...unknown
  } = options;
  const checked = checkKeys(keys);
  const audiences = typeof audience === 'string' ? [audience] : audience;
  const problems = [
    ...Object.keys(unknown).map((path) => `"${path}" is not an option`),
    ...textProblems('issuer', issuer),
    ...audienceProblems(audiences),
    ...(typeof checked === 'string' ? [checked] : []),
    ...(organizationClaim === undefined
      ? []
      : textProblems('organizationClaim', organizationClaim)),
    ...(rolesClaim === undefined ? [] : textProblems('rolesClaim', rolesClaim)),
    ...textProblems('nameClaim', nameClaim),
    ...(typeof provisioning === 'boolean' ? [] : ['provisioning must be true or false']),
    ...rangeProblems('clockToleranceS', clockToleranceS, 0, 300),
    ...rangeProblems('maxLifetimeS', maxLifetimeS, 60, 2_678_400),
  ];
  if (problems.length > 0 || typeof checked === 'string') {
    const code: TokenErrorCode = 'ERR_TOKEN_OPTIONS';
    throw new VoiceError(code, `token() cannot use these options: ${problems.join('; ')}`, {
      details: { problems },
    });
  }
  return Object.freeze({
    issuer,
    audience: Object.freeze([...audiences]),
    keys: checked,
    organizationClaim: organizationClaim ?? null,
    rolesClaim: rolesClaim ?? null,
    nameClaim,
    provisioning,
    clockToleranceS,
    maxLifetimeS,
  });
}

function textProblems(path: string, text: unknown): string[] {
  if (typeof text === 'string' && text.length > 0 && text.length <= MAX_TEXT) return [];
  return [`${path} must be a text of 1 to ${MAX_TEXT} characters`];
}

function audienceProblems(audiences: unknown): string[] {
  if (!Array.isArray(audiences) || audiences.length === 0 || audiences.length > MAX_AUDIENCES) {
    return [`audience must be a text, or a list of 1 to ${MAX_AUDIENCES}`];
  }
  return audiences.flatMap((audience) => textProblems('audience', audience));
}

function rangeProblems(path: string, value: unknown, min: number, max: number): string[] {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return [];
  return [`${path} "${String(value)}" must be an integer from ${min} to ${max}`];
}
