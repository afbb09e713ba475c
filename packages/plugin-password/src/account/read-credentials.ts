import { shownName } from '@sidetone/core';
import { invalid } from './denial.js';
import type { Credentials } from './parts.js';

/** Of passwords and of everything else that is no name. */
const MAX_LENGTH = 1024;

export type ReadCredentials<Optional extends string> = {
  readonly name: string;
  readonly password: string;
} & Readonly<Partial<Record<Optional, string>>>;

/**
 * Name and password, and those of the optional texts that are there. Throws `WireError`
 * INVALID_PARAMS, without a word of what was given.
 */
export function readCredentials<Optional extends string = never>(
  given: Credentials,
  optional: readonly Optional[] = [],
): ReadCredentials<Optional> {
  const read: Record<string, string> = {};
  for (const field of ['name', 'password', ...optional]) {
    const value = given[field];
    if (value === undefined && field !== 'name' && field !== 'password') continue;
    if (typeof value !== 'string') throw invalid(`it needs ${field}, a text`);
    if (value.length > MAX_LENGTH) throw invalid(`${field} is too long`);
    read[field] = value;
  }
  const shown = shownName(read['name'] ?? '');
  if (!shown.ok) throw invalid(`the name ${shown.problem}`);
  return { ...read, name: shown.name } as unknown as ReadCredentials<Optional>;
}
