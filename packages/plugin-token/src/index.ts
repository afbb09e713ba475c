export { errorCodes, type TokenErrorCode } from './error-codes.js';
export type { TokenOptions } from './options.js';
export { token } from './plugin.js';
export type { TokenKeys } from './token-keys.js';
