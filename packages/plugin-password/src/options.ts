import { availableParallelism } from 'node:os';
import { VoiceError } from '@sidetone/protocol';
import type { PasswordErrorCode } from './error-codes.js';
import type { Argon2Parameters } from './hashing/argon2-parameters.js';

/** Who may make an account: everybody, whoever has an invite, nobody. */
export type RegistrationMode = 'open' | 'invite' | 'closed';

export interface PasswordOptions {
  /** Default `invite`. With `closed` the method `register` is not offered. */
  readonly registration?: RegistrationMode;
  /**
   * Whether everybody proves who they are by something beside the password, elsewhere. Then 8
   * characters are enough. Default false.
   */
  readonly secondFactor?: boolean;
  /** In characters, up to 64. Default, and least: 15, or 8 with `secondFactor`. */
  readonly minLength?: number;
  /**
   * Words that make no password, like the name of the server: up to 64, of 3 to 80 characters.
   * Default `['Sidetone']`.
   */
  readonly blockedWords?: readonly string[];
  /** Memory of one hash in KiB, 19,456 to 1,048,576. Default 19,456. */
  readonly memoryKiB?: number;
  /** Passes over the memory, 2 to 32. Default 2. */
  readonly passes?: number;
  /** Lanes of one hash, 1 to 16. Default 1. */
  readonly lanes?: number;
  /** Hashes made at a time, 1 to 64. Default: one less than there are processors, at least 1. */
  readonly concurrency?: number;
}

export interface ResolvedPasswordOptions {
  readonly registration: RegistrationMode;
  readonly minLength: number;
  readonly blockedWords: readonly string[];
  readonly argon2: Argon2Parameters;
  readonly concurrency: number;
}

const MODES: readonly unknown[] = ['open', 'invite', 'closed'];
const LEAST_ALONE = 15;
const LEAST_WITH_SECOND_FACTOR = 8;
const MAX_WORDS = 64;

/** Fills in the defaults; all problems are reported in one `ERR_PASSWORD_OPTIONS`. */
export function resolvePasswordOptions(options: PasswordOptions = {}): ResolvedPasswordOptions {
  const {
    registration = 'invite',
    secondFactor = false,
    minLength,
    blockedWords = ['Sidetone'],
    memoryKiB = 19_456,
    passes = 2,
    lanes = 1,
    concurrency = Math.min(64, Math.max(1, availableParallelism() - 1)),
    ...unknown
  } = options;
  const least = secondFactor === true ? LEAST_WITH_SECOND_FACTOR : LEAST_ALONE;
  const length = minLength ?? least;
  const problems = [
    ...Object.keys(unknown).map((path) => `"${path}" is not an option`),
    ...(MODES.includes(registration)
      ? []
      : [`registration "${String(registration)}" must be open, invite or closed`]),
    ...(typeof secondFactor === 'boolean' ? [] : ['secondFactor must be true or false']),
    ...rangeProblems('minLength', length, least, 64),
    ...wordProblems(blockedWords),
    ...rangeProblems('memoryKiB', memoryKiB, 19_456, 1_048_576),
    ...rangeProblems('passes', passes, 2, 32),
    ...rangeProblems('lanes', lanes, 1, 16),
    ...rangeProblems('concurrency', concurrency, 1, 64),
  ];
  if (problems.length > 0) {
    const code: PasswordErrorCode = 'ERR_PASSWORD_OPTIONS';
    throw new VoiceError(code, `password() cannot use these options: ${problems.join('; ')}`, {
      details: { problems },
    });
  }
  return Object.freeze({
    registration,
    minLength: length,
    blockedWords: Object.freeze([...blockedWords]),
    argon2: Object.freeze({ memoryKiB, passes, lanes }),
    concurrency,
  });
}

function rangeProblems(path: string, value: unknown, min: number, max: number): string[] {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return [];
  return [`${path} "${String(value)}" must be an integer from ${min} to ${max}`];
}

function wordProblems(words: unknown): string[] {
  const good =
    Array.isArray(words) &&
    words.length <= MAX_WORDS &&
    words.every((word) => typeof word === 'string' && word.length >= 3 && word.length <= 80);
  return good ? [] : [`blockedWords must be at most ${MAX_WORDS} words of 3 to 80 characters`];
}
