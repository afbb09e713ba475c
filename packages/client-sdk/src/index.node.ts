import { Client } from './client/client.js';
import { resolveClientOptions, type ClientOptions } from './client/client-options.js';
import { nodePlatform } from './node/node-platform.js';

export * from './shared.js';
export type { Client } from './client/client.js';
export type { ClientOptions, VoiceOptions } from './client/client-options.js';
export { FixedDelayReceiver } from './audio/fixed-delay-receiver.js';
export { Pacer } from './audio/pacer.js';
export {
  TalkerRecorder,
  type RecordedTalkspurt,
  type TalkerRecorderOptions,
} from './audio/talker-recorder.js';
export { AdaptiveReceiver } from './receiver/adaptive-receiver.js';
export type { AdaptiveReceiverOptions } from './receiver/receiver-options.js';
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
