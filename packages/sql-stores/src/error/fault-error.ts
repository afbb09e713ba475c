import { isVoiceError, type VoiceError } from '@sidetone/protocol';
import type { Fault } from '../dialect/sql-dialect.js';
import { DriverError } from './driver-error.js';
import { sqlError, storeError, type StoreErrorCode } from './error-codes.js';

const FAULTS: Readonly<Record<Fault, readonly [StoreErrorCode, string]>> = {
  conflict: [
    'ERR_STORE_CONFLICT',
    'what was written is taken: another record has the same name, code or id',
  ],
  reference: ['ERR_STORE_REFERENCE', 'what was written refers to a record that is not there'],
  unavailable: ['ERR_STORE_UNAVAILABLE', 'the database cannot be reached: try again in a moment'],
  retry: ['ERR_STORE_UNAVAILABLE', 'the database is busy: try again in a moment'],
};

/** What was thrown while the database was asked, in the words of the contracts. */
export function faultError(error: unknown, fault: Fault | null): VoiceError | Error {
  if (isVoiceError(error)) return error;
  const cause = new DriverError(error);
  if (fault !== null) {
    const [code, message] = FAULTS[fault];
    return storeError(code, `${message} (${cause.message})`, { cause });
  }
  // A mistake of the program, not of the database: as it is.
  if (error instanceof Error && cause.code === undefined) return error;
  return sqlError('ERR_SQL_STATEMENT', `the database refused a statement: ${cause.message}`, {
    cause,
  });
}
