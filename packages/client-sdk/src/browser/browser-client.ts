import type { Playback } from '../audio/playback.js';
import { Client } from '../client/client.js';
import type { ResolvedClientOptions } from '../client/common-options.js';
import type { Authentication } from '../control/authentication.js';
import { DEFAULT_SOURCE } from '../talk/source-settings.js';
import type { BrowserAudio } from './audio/browser-audio.js';
import { createBrowserAudio } from './audio/create-browser-audio.js';
import type { AudioGraphParts } from './audio/audio-graph.js';
import type { PageMedia } from './page-media.js';

export interface BrowserClientParts {
  readonly media: PageMedia;
  readonly options: ResolvedClientOptions;
  readonly addWorklet: AudioGraphParts['addWorklet'];
}

/**
 * A client in a page. All that a frame passes through is in a Worker and an audio worklet, so that
 * nothing the page does holds voice up; they start with `connect()` or `audio.start()`.
 */
export class BrowserClient extends Client<Playback> {
  /** Loudspeaker and microphone of the page. */
  readonly audio: BrowserAudio;
  readonly #media: PageMedia;
  #ended: Promise<void> | null = null;

  /** Made by `createClient`. */
  constructor({ media, options, addWorklet }: BrowserClientParts) {
    super(media.platform, options);
    this.#media = media;
    const { latency, playoutDelayMs, clock } = options;
    this.audio = createBrowserAudio({
      addWorklet,
      clock,
      playback: media.media.playback,
      ports: () => {
        // The Worker has to know the source that the microphone feeds.
        this.talk.source(DEFAULT_SOURCE);
        return media.ports();
      },
      processorOptions: { latency, ...(playoutDelayMs === null ? {} : { playoutDelayMs }) },
      report: media.report,
      source: DEFAULT_SOURCE,
    });
  }

  /** As in Node; rejects with `ERR_CLIENT_ASSETS` if the Worker cannot be loaded. */
  override async connect(authentication?: Authentication | null): Promise<void> {
    await this.#media.start();
    await super.connect(authentication);
  }

  /** Ends the session, the microphone and all sound, and the threads of this client. */
  override close(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    // Or a click meanwhile would open the microphone of a client that is gone.
    this.#media.retire();
    await Promise.all([super.close(), this.audio.stop()]);
    this.#media.end();
  }
}
