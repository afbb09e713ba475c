import { isDeepStrictEqual } from 'node:util';
import type { Versioned } from '../contracts/stored-record.js';
import { coreError } from '../error/error-codes.js';

export interface SettledVersion {
  /** What the store has when the write is done. */
  readonly version: number;
  /** False: it has been done already. */
  readonly write: boolean;
}

/**
 * What a `put` comes to, for stores in whose turn nobody else writes. Throws `ERR_STORE_VERSION` as
 * `Versioned` says; `noun` is for its message.
 */
export function settleVersion<R extends Versioned>(
  stored: R | null,
  record: R,
  noun: string,
): SettledVersion {
  const version = record.version + 1;
  if (record.version === (stored?.version ?? 0)) return { version, write: true };
  if (stored?.version === version && sameContent(stored, record)) return { version, write: false };
  throw coreError(
    'ERR_STORE_VERSION',
    stored
      ? `the ${noun} has version "${stored.version}", not "${record.version}": read it again`
      : `there is no ${noun} with version "${record.version}" any more: read again`,
    { details: { stored: stored?.version ?? 0, given: record.version } },
  );
}

function sameContent<R extends Versioned>(one: R, other: R): boolean {
  // Cloned: what a store gives back may be of a class or without prototype.
  return isDeepStrictEqual(
    structuredClone({ ...one, version: 0 }),
    structuredClone({ ...other, version: 0 }),
  );
}
