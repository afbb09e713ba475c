import { codeOf } from '../error/driver-error.js';
import { isPoolFault } from './pool-fault.js';
import type { Fault } from './sql-dialect.js';

/** SQLSTATEs of PostgreSQL (its documentation, appendix A). */
const FAULTS: Readonly<Record<string, Fault>> = {
  '23503': 'reference', // foreign_key_violation
  '23505': 'conflict', // unique_violation
  '40001': 'retry', // serialization_failure
  '40P01': 'retry', // deadlock_detected
  '25006': 'unavailable', // read_only_sql_transaction: a standby
  '25P03': 'unavailable', // idle_in_transaction_session_timeout
  '3D000': 'unavailable', // invalid_catalog_name
  '55000': 'unavailable', // object_not_in_prerequisite_state: closed to connections, recovering
  '55P03': 'unavailable', // lock_not_available
  '57014': 'unavailable', // query_canceled: statement_timeout
  XX000: 'unavailable', // internal_error
  XX001: 'unavailable', // data_corrupted
  XX002: 'unavailable', // index_corrupted
};

/** 08 connection, 28 authorization, 53 resources, 57P shutdown, 58 system. */
const UNAVAILABLE = /^(08|28|53|57P|58)/;

const NETWORK = new Set([
  'EACCES',
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'EAI_FAIL',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'EMFILE',
  'ENETDOWN',
  'ENETUNREACH',
  'ENFILE',
  'ENOENT',
  'ENOTCONN',
  'ENOTFOUND',
  'EPIPE',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
  'ETIMEDOUT',
]);

/** Errors of pg itself have words and no codes. */
const DRIVER = [
  'Connection terminated',
  'timeout expired',
  'timeout exceeded when trying to connect',
  'Query read timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'The server does not support SSL connections',
  'There was an error establishing an SSL connection',
];

export function postgresFaultOf(error: unknown): Fault | null {
  const code = codeOf(error);
  if (code !== undefined) {
    return FAULTS[code] ?? (UNAVAILABLE.test(code) || NETWORK.has(code) ? 'unavailable' : null);
  }
  if (isPoolFault(error)) return 'unavailable';
  const words = error instanceof Error ? error.message : '';
  return DRIVER.some((known) => words.includes(known)) ? 'unavailable' : null;
}
