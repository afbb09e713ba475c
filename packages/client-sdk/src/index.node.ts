import { Client } from './client/client.js';
import { resolveClientOptions, type ClientOptions } from './client/client-options.js';
import { nodePlatform } from './node/node-platform.js';

export * from './shared.js';
export { ffmpegSource, type FfmpegSourceOptions } from './node/ffmpeg-source.js';
export { streamSink, type StreamSink, type StreamSinkOptions } from './node/stream-sink.js';

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
