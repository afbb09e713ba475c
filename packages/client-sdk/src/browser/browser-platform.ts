import type { Platform } from '../client/platform.js';
import { openBrowserControlSocket } from './browser-control-socket.js';
import { watchNetwork } from './watch-network.js';

/** A page or a worker: its WebSocket and WebCrypto, which secure contexts alone have. */
export const browserPlatform: Omit<Platform, 'createMedia'> = Object.freeze({
  // As if the listener had thrown by itself: the page's own reporting gets it.
  warn: (_message: string, cause: unknown) => reportError(cause),
  openSocket: openBrowserControlSocket,
  watchNetwork,
});
