export { errorCodes, type PostgresErrorCode } from './error-codes.js';
export { openPostgres, type OpenPostgres } from './open-postgres.js';
export type { PostgresOptions } from './options.js';
export { postgres } from './plugin.js';
