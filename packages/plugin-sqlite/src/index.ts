export { errorCodes, type SqliteErrorCode } from './error-codes.js';
export { openSqlite, type OpenSqlite } from './open-sqlite.js';
export type { SqliteOptions } from './options.js';
export { sqlite } from './plugin.js';
