import { SAMPLES_PER_MS } from '../../audio/sample-rate.js';
import type { TalkerTap, TappedSamples } from '../../audio/talker-tap.js';
import type { Clock } from '../../clock/clock.js';
import type { TappedBatch } from './playback-messages.js';

/** As much as a tap is given at once. */
const PIECE_SAMPLES = 10 * SAMPLES_PER_MS;

/** The taps of an app, given what another thread has played. */
export class TapList {
  readonly #clock: Clock;
  readonly #failed: (cause: unknown) => void;
  readonly #taps = new Set<TalkerTap>();

  constructor(clock: Clock, failed: (cause: unknown) => void) {
    this.#clock = clock;
    this.#failed = failed;
  }

  get size(): number {
    return this.#taps.size;
  }

  /** Returns what takes it away again, which answers whether it was still there. */
  add(tap: TalkerTap): () => boolean {
    this.#taps.add(tap);
    return () => this.#taps.delete(tap);
  }

  write({ source, route, channels, heardAtMs, samples, length }: TappedBatch): void {
    const sinceMs = performance.timeOrigin + performance.now() - heardAtMs;
    const startsAtMs = this.#clock.now() - sinceMs;
    const pieceLength = PIECE_SAMPLES * channels;
    for (let from = 0; from < length; from += pieceLength) {
      this.#give({
        source,
        route,
        channels,
        samples: samples.subarray(from, Math.min(length, from + pieceLength)),
        heardAtMs: startsAtMs + from / channels / SAMPLES_PER_MS,
      });
    }
  }

  #give(tapped: TappedSamples): void {
    for (const tap of this.#taps) {
      try {
        tap.write(tapped);
      } catch (cause) {
        this.#failed(cause);
      }
    }
  }
}
