import { createNodeCipher } from '@sidetone/protocol';
import type { Platform } from '../client/platform.js';
import { UdpPath } from './udp-path.js';
import { openWsControlSocket } from './ws-control-socket.js';

/** Node: `ws`, `node:dgram`, and a cipher that answers at once. */
export const nodePlatform: Platform = Object.freeze<Platform>({
  warn: (message, cause) => {
    const detail = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    process.emitWarning(`${message}: ${detail}`, { type: 'SidetoneWarning' });
  },
  openSocket: openWsControlSocket,
  createCipher: createNodeCipher,
  openUdpPath: (parts) => new UdpPath(parts),
});
