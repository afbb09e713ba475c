import type { VoiceError } from '@sidetone/protocol';
import type { Platform } from '../client/platform.js';
import type { MediaPlaneParts } from '../media/media-plane.js';
import type { AudioPorts } from './ports.js';
import { clientError } from '../error/client-error.js';
import { RemotePlayback } from './playback/remote-playback.js';
import { MediaLine, type MediaPort } from './remote/media-line.js';
import { RemoteMedia } from './remote/remote-media.js';
import { watchNetwork } from './watch-network.js';

/** A Worker that has said that it is ready. */
export interface MediaWorker extends MediaPort {
  /** What nobody has caught there. */
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

/** The media plane of one client of a page: its Worker, once somebody needs it, and the way to it. */
export class PageMedia {
  readonly platform: Platform<RemotePlayback>;
  readonly #startWorker: () => Promise<MediaWorker>;
  readonly #line = new MediaLine();
  #media: RemoteMedia | null = null;
  #report: MediaPlaneParts['report'] = (_event, cause) => reportError(cause);
  #starting: Promise<void> | null = null;
  #worker: MediaWorker | null = null;
  #retired = false;
  #ended = false;

  constructor(startWorker: () => Promise<MediaWorker>) {
    this.#startWorker = startWorker;
    this.platform = Object.freeze<Platform<RemotePlayback>>({
      // As if the listener had thrown by itself: the page's own reporting gets it.
      warn: (_message, cause) => reportError(cause),
      watchNetwork,
      openSocket: (...socket) => this.media.openSocket(...socket),
      createMedia: (parts) => (this.#media = this.#create(parts)),
    });
  }

  /** There once the platform was asked for it. */
  get media(): RemoteMedia {
    if (this.#media) return this.#media;
    throw new Error('no client was made with this platform');
  }

  readonly report = (event: string, cause: unknown): void => this.#report(event, cause);

  /**
   * Starts the Worker unless it runs. Rejects with `ERR_CLIENT_ASSETS`, and may be tried again; once
   * the client is being closed, with `ERR_CLIENT_STATE`.
   */
  start(): Promise<void> {
    if (this.#retired) return Promise.reject(closedError());
    this.#starting ??= this.#start().catch((cause: unknown) => {
      this.#starting = null;
      throw cause;
    });
    return this.#starting;
  }

  async ports(): Promise<AudioPorts> {
    await this.start();
    return this.media;
  }

  /** The client is being closed: nothing begins any more, and what is there goes on until `end`. */
  retire(): void {
    this.#retired = true;
  }

  /** For good. */
  end(): void {
    this.retire();
    this.#ended = true;
    this.#worker?.terminate();
  }

  async #start(): Promise<void> {
    const worker = await this.#startWorker();
    if (this.#ended) {
      worker.terminate();
      return;
    }
    this.#worker = worker;
    worker.onerror = ({ message }) => this.#report('media', new Error(message));
    this.#line.connect(worker);
  }

  #create(parts: MediaPlaneParts): RemoteMedia {
    const { options, heard, packetRefused, report } = parts;
    this.#report = report;
    const playback = new RemotePlayback({
      clock: options.clock,
      heard,
      packetsRefused: (count) => {
        for (let i = 0; i < count; i++) packetRefused();
      },
      tapFailed: (cause) => report('tap', cause),
      failed: (cause) => report('playback', cause),
    });
    return new RemoteMedia(this.#line, playback, parts);
  }
}

function closedError(): VoiceError {
  return clientError('ERR_CLIENT_STATE', 'the client is closed; make another one');
}
