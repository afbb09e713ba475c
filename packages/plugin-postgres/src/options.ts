import { VoiceError } from '@sidetone/protocol';
import type { PostgresErrorCode } from './error-codes.js';

export interface PostgresOptions {
  /**
   * `postgres://user:password@host:port/database`, with what libpq knows as parameters, for instance
   * `?sslmode=verify-full`. It appears in no message and no log.
   */
  readonly url: string;
  /** Connections at a time, 1 to 100, default 10. They are opened when they are needed. */
  readonly maxConnections?: number;
  /** How long a connection stays open that nobody needs, 1,000 to 3,600,000, default 30,000. */
  readonly idleTimeoutMs?: number;
  /** How long one call may take in all, 100 to 1,900, default 1,800. */
  readonly operationTimeoutMs?: number;
}

export type ResolvedPostgresOptions = Required<PostgresOptions>;

const RANGES = {
  maxConnections: { min: 1, max: 100, preset: 10 },
  idleTimeoutMs: { min: 1_000, max: 3_600_000, preset: 30_000 },
  operationTimeoutMs: { min: 100, max: 1_900, preset: 1_800 },
} as const;

/** Fills in the defaults; all problems are reported in one `ERR_POSTGRES_OPTIONS`. */
export function resolvePostgresOptions(options: PostgresOptions): ResolvedPostgresOptions {
  const { url, maxConnections, idleTimeoutMs, operationTimeoutMs, ...unknown } = options;
  const numbers = { maxConnections, idleTimeoutMs, operationTimeoutMs };
  const problems = [
    ...Object.keys(unknown).map((path) => `"${path}" is not an option`),
    ...urlProblems(url),
    ...Object.entries(numbers).flatMap(([path, value]) =>
      value === undefined ? [] : rangeProblems(path as keyof typeof RANGES, value),
    ),
  ];
  if (problems.length > 0) {
    const code: PostgresErrorCode = 'ERR_POSTGRES_OPTIONS';
    throw new VoiceError(code, `postgres() cannot use these options: ${problems.join('; ')}`, {
      details: { problems },
    });
  }
  return Object.freeze({
    url,
    maxConnections: maxConnections ?? RANGES.maxConnections.preset,
    idleTimeoutMs: idleTimeoutMs ?? RANGES.idleTimeoutMs.preset,
    operationTimeoutMs: operationTimeoutMs ?? RANGES.operationTimeoutMs.preset,
  });
}

/** Says nothing of what is in the URL but its scheme: a password may stand anywhere in a broken one. */
function urlProblems(url: unknown): string[] {
  const wanted = 'must look like postgres://user:password@host:port/database';
  if (typeof url !== 'string' || !URL.canParse(url)) return [`url ${wanted}`];
  const { protocol, pathname } = new URL(url);
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') {
    return [`url ${wanted}, and begins with "${protocol}"`];
  }
  return pathname.length > 1 ? [] : [`url ${wanted}, and names no database`];
}

function rangeProblems(path: keyof typeof RANGES, value: unknown): string[] {
  const { min, max } = RANGES[path];
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return [];
  return [`${path} "${String(value)}" must be an integer from ${min} to ${max}`];
}
