export { errorCodes, type OpusErrorCode } from './error-codes.js';
export type { OpusOptions } from './options.js';
export { opus } from './opus.js';
