import { createOpus } from '@sidetone/opus-wasm';
import { isVoiceError, type Codec, type DecoderSettings } from '@sidetone/protocol';
import { defaultReceiver } from '../../audio/default-receiver.js';
import { LocalPlayback } from '../../audio/local-playback.js';
import type { OpusFrame } from '../../audio/opus-frame.js';
import { SAMPLE_RATE_HZ } from '../../audio/sample-rate.js';
import type { Latency } from '../../talk/source-settings.js';
import type { PlaybackNews, PlaybackOrder } from '../playback/playback-messages.js';
import { FrameReader } from '../frames/frame-reader.js';
import type { ToPlaybackWorklet } from '../ports.js';
import { HeardMirror } from './heard-mirror.js';
import { PlayoutClock } from './playout-clock.js';
import { ResampledSound } from './resampled-sound.js';
import { TapCollector } from './tap-collector.js';

export interface PlaybackEngineOptions {
  readonly latency: Latency;
  readonly playoutDelayMs?: number | undefined;
}

export interface PlaybackEngineParts {
  readonly sampleRateHz: number;
  readonly options: PlaybackEngineOptions;
  /** `Date.now`. */
  readonly wallNow: () => number;
  readonly post: (news: PlaybackNews, transfer: Transferable[]) => void;
}

/** Failures and refused packets are told this often at most. */
const NEWS_PERIOD_MS = 1_000;
/** The context was suspended for so long: frames that came meanwhile are past. */
const STALE_MS = 500;

/** What is heard, quantum by quantum: everything that plays, in the thread that owns the audio clock. */
export class PlaybackEngine {
  readonly #parts: PlaybackEngineParts;
  readonly #clock: PlayoutClock;
  readonly #heard = new HeardMirror();
  readonly #playback: LocalPlayback;
  readonly #taps: TapCollector;
  readonly #resampled: ResampledSound | null;
  #endTaps: (() => void) | null = null;
  #shared: FrameReader | null = null;
  /** `Date.now` at the last quantum: what waits since long before is not heard any more. */
  #renderedAt = 0;
  #codec: Codec | null = null;
  #block = new Float32Array(0);
  #refused = 0;
  #refusedToldAt = -Infinity;
  #failedAt = -Infinity;

  constructor(parts: PlaybackEngineParts) {
    this.#parts = parts;
    this.#clock = new PlayoutClock(parts.sampleRateHz, parts.wallNow);
    this.#taps = new TapCollector((batch) => parts.post(batch, [batch.samples.buffer]));
    this.#playback = this.#createPlayback(parts.options);
    const { sampleRateHz } = parts;
    const pull = (block: Float32Array, atMs: number): void => this.#playback.pullInto(block, atMs);
    this.#resampled =
      sampleRateHz === SAMPLE_RATE_HZ ? null : new ResampledSound(sampleRateHz, pull);
  }

  /**
   * Writes the next samples.
   * @param ears left and right, or one that gets both
   * @param frame number of the first sample, by the audio clock
   */
  render(ears: readonly Float32Array[], frame: number): void {
    const length = ears[0]?.length ?? 0;
    if (this.#block.length !== 2 * length) this.#block = new Float32Array(2 * length);
    // One that throws would never be asked again.
    try {
      if (this.#shared) this.#readShared(this.#shared);
      const heardAtMs = this.#clock.momentOf(frame);
      if (this.#resampled) this.#resampled.fill(this.#block, heardAtMs);
      else this.#playback.pullInto(this.#block, heardAtMs);
    } catch (cause) {
      this.#block.fill(0);
      this.#playback.clear();
      this.#fail(cause);
    }
    this.#write(ears, length);
    if (this.#endTaps) this.#taps.endQuantum();
    if (this.#refused > 0) this.#tellRefused();
  }

  /** What the Worker says. */
  hear(message: ToPlaybackWorklet): void {
    try {
      this.#hear(message);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  /** What the main thread says. */
  obey(order: PlaybackOrder): void {
    try {
      this.#obey(order);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  /** Lets go of all decoders. */
  close(): void {
    this.#playback.clear();
  }

  #hear(message: ToPlaybackWorklet): void {
    switch (message.type) {
      case 'decoder':
        return this.#decodeWith(message.module);
      case 'frame':
        return this.#receive(message.frame, message.arrivedAtMs);
      case 'sharedFrames':
        this.#shared = new FrameReader(message.memory);
        return;
      case 'clear':
        return this.#clear();
    }
  }

  #obey(order: PlaybackOrder): void {
    switch (order.type) {
      case 'frame':
        return this.#receive(order.frame, order.arrivedAtMs);
      case 'clear':
        return this.#clear();
      case 'heard':
        return this.#heard.update(order);
      case 'placeParticipant':
        return this.#playback.placeParticipant(order, order.placement);
      case 'placeChannel':
        return this.#playback.placeChannel(order, order.placement);
      case 'ducking':
        this.#playback.ducking = order.ducking;
        return;
      case 'taps':
        return this.#setTaps(order.on);
      case 'returned':
        return this.#taps.giveBack(order.samples);
      case 'askStatistics':
        return this.#tellStatistics();
    }
  }

  #createPlayback({ latency, playoutDelayMs }: PlaybackEngineOptions): LocalPlayback {
    const unused = (): never => {
      throw new Error('the audio thread has no encoder and no timer');
    };
    return new LocalPlayback({
      codec: {
        name: 'opus',
        createEncoder: unused,
        createDecoder: (settings: DecoderSettings) =>
          (this.#codec ?? unused()).createDecoder(settings),
      },
      clock: { now: () => this.#clock.now(), after: unused, every: unused },
      createReceiver: defaultReceiver(playoutDelayMs, latency),
      packetRefused: () => void (this.#refused += 1),
      heard: this.#heard,
    });
  }

  #decodeWith(module: WebAssembly.Module): void {
    this.#playback.clear();
    this.#codec = createOpus({ decoder: module });
    // The memory for all talkers is made now, before anybody waits for a word.
    this.#codec.createDecoder({ channels: 1 }).close();
  }

  /** A function made once, for it is handed on with each quantum. */
  readonly #take = (frame: OpusFrame, arrivedAtMs: number): void => {
    this.#receive(frame, arrivedAtMs);
  };

  #readShared(shared: FrameReader): void {
    const now = this.#parts.wallNow();
    const isStale = Math.abs(now - this.#renderedAt) > STALE_MS;
    this.#renderedAt = now;
    shared.read(isStale ? drop : this.#take);
  }

  #clear(): void {
    this.#shared?.read(drop);
    this.#playback.clear();
  }

  #receive(frame: OpusFrame, arrivedAtMs: number): void {
    if (this.#codec === null) return;
    this.#clock.frameArrived(arrivedAtMs);
    this.#playback.receive(this.#heard.placed(frame), arrivedAtMs);
  }

  #write(ears: readonly Float32Array[], length: number): void {
    const [left, right] = ears;
    if (!left) return;
    const block = this.#block;
    for (let i = 0; i < length; i++) {
      const one = block[2 * i] ?? 0;
      const other = block[2 * i + 1] ?? 0;
      left[i] = right ? one : (one + other) / 2;
      if (right) right[i] = other;
    }
  }

  #setTaps(on: boolean): void {
    if (on) this.#endTaps ??= this.#playback.addTap(this.#taps);
    else {
      this.#endTaps?.();
      this.#endTaps = null;
      this.#taps.flush();
    }
  }

  #tellStatistics(): void {
    const talkers = [...this.#playback.statistics().values()];
    this.#parts.post({ type: 'statistics', talkers }, []);
  }

  #tellRefused(): void {
    const now = this.#parts.wallNow();
    if (Math.abs(now - this.#refusedToldAt) < NEWS_PERIOD_MS) return;
    this.#refusedToldAt = now;
    this.#parts.post({ type: 'packetsRefused', count: this.#refused }, []);
    this.#refused = 0;
  }

  #fail(cause: unknown): void {
    const now = this.#parts.wallNow();
    if (Math.abs(now - this.#failedAt) < NEWS_PERIOD_MS) return;
    this.#failedAt = now;
    const code = isVoiceError(cause) ? cause.code : 'ERR_AUDIO_OUTPUT';
    const message = cause instanceof Error ? cause.message : String(cause);
    this.#parts.post({ type: 'failed', code, message }, []);
  }
}

function drop(): void {}
