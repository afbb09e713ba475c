import { Client } from './client/client.js';
import { resolveClientOptions, type ClientOptions } from './client/client-options.js';
import { nodePlatform } from './node/node-platform.js';

export * from './shared.js';

/**
 * Makes a client; it does nothing before `connect()`. Throws `ERR_CLIENT_OPTIONS`.
 *
 * ```ts
 * const client = createClient({ url, codec: opus(), authentication: guest('Ann') });
 * await client.connect();
 * const command = await client.channels.join('Command');
 * const talk = await command.talk();
 * await talk.play(wavSource(await readFile('speech.wav')));
 * ```
 */
export function createClient(options: ClientOptions): Client {
  return new Client(nodePlatform, resolveClientOptions(options));
}
