import type { OpusFrame } from '../audio/opus-frame.js';
import { Pacer } from '../audio/pacer.js';
import { SAMPLES_PER_MS } from '../audio/sample-rate.js';
import type { Clock } from '../clock/clock.js';
import type { KeptTalk } from './kept-talk.js';

export interface ReplayPlayerParts {
  readonly clock: Clock;
  /** Plays a frame as if it came now. */
  readonly receive: (frame: OpusFrame) => void;
}

/** Gives what was heard to the player once more, at its own pace, as talk of another source. */
export class ReplayPlayer {
  readonly #parts: ReplayPlayerParts;
  readonly #playing = new Map<KeptTalk, Set<AbortController>>();
  #count = 0;

  constructor(parts: ReplayPlayerParts) {
    this.#parts = parts;
  }

  get playing(): boolean {
    return this.#playing.size > 0;
  }

  /** Resolves when the last frame has been given, or the playing was stopped. */
  async play(talk: KeptTalk, signal?: AbortSignal): Promise<void> {
    const stopping = new AbortController();
    const stop = (): void => stopping.abort();
    if (signal?.aborted) return;
    signal?.addEventListener('abort', stop, { once: true });
    const others = this.#playing.get(talk) ?? new Set();
    this.#playing.set(talk, others.add(stopping));
    try {
      await this.#give(talk, stopping.signal);
    } finally {
      signal?.removeEventListener('abort', stop);
      others.delete(stopping);
      if (others.size === 0) this.#playing.delete(talk);
    }
  }

  /** Of one talk, or everything. */
  stop(talk?: KeptTalk): void {
    const stopped = talk ? [this.#playing.get(talk)] : [...this.#playing.values()];
    for (const controllers of stopped) for (const each of controllers ?? []) each.abort();
  }

  async #give({ source, route, frames }: KeptTalk, signal: AbortSignal): Promise<void> {
    // Live talk of the same source goes on beside it, with a decoder and a place of its own.
    const again = { ...source, id: `replay-${(this.#count += 1)}` };
    const pacer = new Pacer(this.#parts.clock);
    const all = [...frames];
    for (const [index, frame] of all.entries()) {
      const next = all[index + 1];
      await pacer.next(next ? (next.time - frame.time) / SAMPLES_PER_MS : frame.durationMs);
      if (signal.aborted) return;
      const marks = { start: index === 0, end: next === undefined };
      this.#parts.receive({ ...frame, ...marks, source: again, route, level: null });
    }
  }
}
