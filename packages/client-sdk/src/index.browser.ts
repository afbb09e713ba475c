import { addWorklet } from './browser/assets/add-worklet.js';
import { startMediaWorker } from './browser/assets/start-media-worker.js';
import {
  resolveBrowserClientOptions,
  type BrowserClientOptions,
} from './browser/browser-client-options.js';
import { BrowserClient } from './browser/browser-client.js';
import { PageMedia } from './browser/page-media.js';

export * from './shared.js';
export type { BrowserClient, BrowserClientOptions };
export type { ListeningOptions } from './client/common-options.js';
export type { ClientAssets } from './browser/assets/client-assets.js';
export type { AudioDevice, AudioDevices } from './browser/audio/audio-devices.js';
export type { AudioEventName, AudioEvents } from './browser/audio/audio-events.js';
export type { AudioOutput } from './browser/audio/audio-output.js';
export type { AudioState } from './browser/audio/audio-state.js';
export type { BrowserAudio } from './browser/audio/browser-audio.js';
export { keepAwake, type KeptAwake } from './browser/audio/keep-awake.js';
export type { Microphone, MicrophoneState } from './browser/audio/microphone.js';
export type { MicrophoneOptions, NoiseSuppressor } from './browser/audio/microphone-options.js';
export { bindKeys, type KeyBindingOptions, type KeyBindings } from './browser/keys/bind-keys.js';
export type { ReleaseReason } from './browser/keys/holds.js';
export type { ButtonMap, KeyMap } from './browser/keys/key-map.js';
export { preflight, type PreflightOptions } from './browser/preflight/preflight.js';
export type {
  MicrophoneFindings,
  PathFindings,
  PlaybackFindings,
  PreflightCheck,
  PreflightReport,
  SocketFindings,
} from './browser/preflight/preflight-report.js';

/**
 * Makes a client; it does nothing before `connect()` or `audio.start()`. Throws
 * `ERR_CLIENT_OPTIONS`. Pages need a secure context (https, or localhost): without one there is no
 * WebCrypto to open frames with.
 *
 * ```ts
 * const client = createClient({ url: location.origin, authentication: guest('Ann') });
 * button.onclick = async () => {
 *   await client.audio.start();
 *   await client.connect();
 *   const lobby = await client.channels.join('Lobby');
 *   client.talk.keyboard({ base: await lobby.talk(), mode: 'voiceActivated' });
 *   await client.audio.microphone.start();
 * };
 * ```
 */
export function createClient(options: BrowserClientOptions): BrowserClient {
  const resolved = resolveBrowserClientOptions(options);
  const media = new PageMedia(() => startMediaWorker(options.assets));
  return new BrowserClient({
    media,
    options: resolved,
    addWorklet: (context) => addWorklet(context, options.assets),
  });
}
