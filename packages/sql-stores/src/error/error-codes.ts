import { VoiceError, type VoiceErrorOptions } from '@sidetone/protocol';
import type { ErrorCode } from '@sidetone/core';

/** Every error of this package that is not one of the codes of core's store contracts. */
export const errorCodes = {
  ERR_SQL_MIGRATION_FAILED: 'A migration threw; it left nothing behind, and `cause` says why.',
  ERR_SQL_MIGRATION_LOCKED: 'Another server did not finish its migrations in time.',
  ERR_SQL_MIGRATION_ORDER:
    'Migrations are named twice, or do not begin with those that the database has already.',
  ERR_SQL_STATEMENT: 'The database refused a statement; `cause` has its words, without values.',
  ERR_SQL_TENANT_ROLE:
    'The role that keeps organizations apart is not there and could not be made, or may not be taken on.',
} as const;

export type SqlErrorCode = keyof typeof errorCodes;

export function sqlError(
  code: SqlErrorCode,
  message: string,
  options: VoiceErrorOptions = {},
): VoiceError<SqlErrorCode> {
  return new VoiceError(code, message, options);
}

export type StoreErrorCode = Extract<ErrorCode, `ERR_STORE_${string}`>;

/** The codes that core's contracts promise. */
export function storeError(
  code: StoreErrorCode,
  message: string,
  options: VoiceErrorOptions = {},
): VoiceError<StoreErrorCode> {
  return new VoiceError(code, message, options);
}
