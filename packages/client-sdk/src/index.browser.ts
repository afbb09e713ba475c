import { browserPlatform } from './browser/browser-platform.js';
import { Client } from './client/client.js';
import { resolveClientOptions, type ClientOptions } from './client/client-options.js';

export * from './shared.js';

/**
 * Makes a client; it does nothing before `connect()`. Throws `ERR_CLIENT_OPTIONS`. Pages need a
 * secure context (https, or localhost): without one there is no WebCrypto to open frames with.
 */
export function createClient(options: ClientOptions): Client {
  return new Client(browserPlatform, resolveClientOptions(options));
}
