import { createWebCipher } from '@sidetone/protocol';
import type { Platform } from '../client/platform.js';
import { openBrowserControlSocket } from './browser-control-socket.js';
import { watchNetwork } from './watch-network.js';

/** A page or a worker: its WebSocket and WebCrypto, which secure contexts alone have. */
export const browserPlatform: Platform = Object.freeze<Platform>({
  // As if the listener had thrown by itself: the page's own reporting gets it.
  warn: (_message, cause) => reportError(cause),
  openSocket: openBrowserControlSocket,
  watchNetwork,
  createCipher: createWebCipher,
  openUdpPath: null,
});
