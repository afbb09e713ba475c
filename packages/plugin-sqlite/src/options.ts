import { VoiceError } from '@sidetone/protocol';
import { resolve } from 'node:path';
import type { SqliteErrorCode } from './error-codes.js';

export interface SqliteOptions {
  /** Path of the database; its folder has to be there, and two more files appear beside it. */
  readonly file: string;
  /** How long one call may take in all, 100 to 1,900, default 1,800. */
  readonly operationTimeoutMs?: number;
}

export interface ResolvedSqliteOptions {
  readonly file: string;
  readonly operationTimeoutMs: number;
}

const MIN_TIMEOUT_MS = 100;
const MAX_TIMEOUT_MS = 1_900;

/** Fills in the defaults; all problems are reported in one `ERR_SQLITE_OPTIONS`. */
export function resolveSqliteOptions(options: SqliteOptions): ResolvedSqliteOptions {
  const { file, operationTimeoutMs = 1_800, ...unknown } = options;
  const problems = [
    ...Object.keys(unknown).map((path) => `"${path}" is not an option`),
    ...fileProblems(file),
    ...timeoutProblems(operationTimeoutMs),
  ];
  if (problems.length > 0) {
    const code: SqliteErrorCode = 'ERR_SQLITE_OPTIONS';
    throw new VoiceError(code, `sqlite() cannot use these options: ${problems.join('; ')}`, {
      details: { problems },
    });
  }
  return Object.freeze({ file: resolve(file), operationTimeoutMs });
}

function fileProblems(file: unknown): string[] {
  if (typeof file !== 'string' || file === '' || file.includes('\0')) {
    return [`file "${String(file)}" must be a path`];
  }
  // Both would keep everything until the process ends, and nothing for longer.
  if (file === ':memory:' || file.startsWith('file:')) {
    return [
      `file "${file}" must be a path; for a server that keeps nothing, leave the plugin away`,
    ];
  }
  return [];
}

function timeoutProblems(timeoutMs: unknown): string[] {
  const fits =
    Number.isInteger(timeoutMs) &&
    (timeoutMs as number) >= MIN_TIMEOUT_MS &&
    (timeoutMs as number) <= MAX_TIMEOUT_MS;
  if (fits) return [];
  return [
    `operationTimeoutMs "${String(timeoutMs)}" must be an integer from ${MIN_TIMEOUT_MS} to ${MAX_TIMEOUT_MS}`,
  ];
}
