import { browserPlatform } from './browser/browser-platform.js';
import { Client } from './client/client.js';
import { resolveClientOptions, type ClientOptions } from './client/client-options.js';

export * from './shared.js';
export { bindKeys, type KeyBindingOptions, type KeyBindings } from './browser/keys/bind-keys.js';
export type { PressableKeys, ReleaseReason } from './browser/keys/holds.js';
export { DEFAULT_KEYS, type ButtonMap, type KeyMap } from './browser/keys/key-map.js';

/**
 * Makes a client; it does nothing before `connect()`. Throws `ERR_CLIENT_OPTIONS`. Pages need a
 * secure context (https, or localhost): without one there is no WebCrypto to open frames with.
 */
export function createClient(options: ClientOptions): Client {
  return new Client(browserPlatform, resolveClientOptions(options));
}
