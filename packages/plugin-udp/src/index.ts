export { errorCodes, type UdpErrorCode } from './error-codes.js';
export type { UdpOptions } from './options.js';
export { udp } from './plugin.js';
