import {
  resolveCommonOptions,
  type CommonOptions,
  type ListeningOptions,
  type ResolvedClientOptions,
} from '../client/common-options.js';
import { epochClock } from '../clock/epoch-clock.js';
import type { ClientAssets } from './assets/client-assets.js';

export interface BrowserClientOptions extends CommonOptions {
  /** How what is heard is played. Voice takes the WebSocket: pages have no datagrams. */
  readonly voice?: ListeningOptions;
  readonly assets?: ClientAssets;
}

/** Fills in the defaults; all problems are reported in one `ERR_CLIENT_OPTIONS`. */
export function resolveBrowserClientOptions(options: BrowserClientOptions): ResolvedClientOptions {
  const { clock = epochClock, voice = {} } = options;
  const transports = new Set(['websocket'] as const);
  const platform = { codec: null, createReceiver: null, transports, clock };
  return resolveCommonOptions(options, voice, platform, []);
}
