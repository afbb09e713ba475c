export { errorCodes, type HttpErrorCode } from './error-codes.js';
export type { HttpOptions } from './options.js';
export { http } from './plugin.js';
