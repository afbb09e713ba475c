import { createNodeCipher } from '@sidetone/protocol';
import type { Platform } from '../client/platform.js';
import { localMedia } from '../media/local/local-media.js';
import { UdpPath } from './udp-path.js';
import { openWsControlSocket } from './ws-control-socket.js';

/** Node takes no longer one. */
const LONGEST_PERIOD_MS = 2 ** 31 - 1;

/** Node: `ws`, `node:dgram`, and a cipher that answers at once. */
export const nodePlatform: Platform = Object.freeze<Platform>({
  warn: (message, cause) => {
    const detail = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    process.emitWarning(`${message}: ${detail}`, { type: 'SidetoneWarning' });
  },
  openSocket: openWsControlSocket,
  keepRunning: () => {
    const timer = setInterval(() => undefined, LONGEST_PERIOD_MS);
    return () => clearInterval(timer);
  },
  createMedia: localMedia({
    createCipher: createNodeCipher,
    openUdpPath: (parts) => new UdpPath(parts),
  }),
});
