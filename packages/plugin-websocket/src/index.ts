export { errorCodes, type WebSocketErrorCode } from './error-codes.js';
export type { WebSocketOptions } from './options.js';
export { websocket } from './plugin.js';
