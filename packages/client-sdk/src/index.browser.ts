import { createWebCipher } from '@sidetone/protocol';
import { browserPlatform } from './browser/browser-platform.js';
import { Client } from './client/client.js';
import { resolveClientOptions, type ClientOptions } from './client/client-options.js';
import { localMedia } from './media/local/local-media.js';

export type { Client } from './client/client.js';
export type { ClientOptions, VoiceOptions } from './client/client-options.js';
export * from './shared.js';

/**
 * Makes a client; it does nothing before `connect()`. Throws `ERR_CLIENT_OPTIONS`. Pages need a
 * secure context (https, or localhost): without one there is no WebCrypto to open frames with.
 */
export function createClient(options: ClientOptions): Client {
  const createMedia = localMedia({ createCipher: createWebCipher, openUdpPath: null });
  return new Client({ ...browserPlatform, createMedia }, resolveClientOptions(options));
}
