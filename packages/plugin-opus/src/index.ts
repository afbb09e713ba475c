export { errorCodes, type OpusErrorCode } from './error-codes.js';
export type { OpusOptions } from './options.js';
export { opus, type OpusCodec } from './opus.js';
