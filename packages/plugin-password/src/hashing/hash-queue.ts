import type { Clock, Metrics } from '@sidetone/core';
import { WireError } from '@sidetone/protocol';

/** Hashes that may wait. */
const CAPACITY = 64;
/** Whoever would wait for longer is sent away at once. */
const MAX_WAIT_MS = 2000;
/** Whoever is overtaken for that long has waited in vain. */
const MAX_OVERTAKEN_MS = 4000;
/** Until the first is measured. */
const FIRST_GUESS_MS = 50;
/** Weight of the newest measurement. */
const SMOOTHING = 0.1;

interface Waiting {
  readonly standing: number;
  readonly sinceMs: number;
  readonly start: () => void;
  readonly refuse: (error: WireError) => void;
}

export interface HashQueueParts {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly concurrency: number;
}

/**
 * Lets few hashes run at a time and few wait: those of the best standing first, and of one standing
 * in order of arrival. Where there is no room the worst leaves, before any work was done for it, so
 * that a crowd of strangers who guess cannot keep out whoever has done nothing wrong.
 */
export class HashQueue {
  readonly #parts: HashQueueParts;
  /** Best first. */
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #meanMs = FIRST_GUESS_MS;
  #measured = false;

  constructor(parts: HashQueueParts) {
    this.#parts = parts;
  }

  /**
   * `standing`: 0 is best. Rejects with `WireError` RATE_LIMITED, without a call of `work`, when
   * there is no room.
   */
  run<T>(standing: number, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const start = (): void => void this.#measure(work).then(resolve, reject);
      this.#enter({ standing, sinceMs: this.#parts.clock.now(), start, refuse: reject });
    });
  }

  /**
   * The same for work that first has to look something up: `prepare` is called at once where there
   * is room, and not at all where there is none. What it rejects with ends the wait.
   */
  runPrepared<P, T>(
    standing: number,
    prepare: () => Promise<P>,
    work: (prepared: P) => Promise<T>,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      let prepared: Promise<P> | null = null;
      const begin = (): Promise<P> => (prepared ??= prepare());
      const start = (): void =>
        void this.#measure(async () => work(await begin())).then(resolve, reject);
      const entry = { standing, sinceMs: this.#parts.clock.now(), start, refuse: reject };
      this.#enter(entry);
      if (!this.#waiting.includes(entry)) return;
      begin().catch((error: Error) => {
        this.#withdraw(entry);
        reject(error);
      });
    });
  }

  /** Refuses all who wait. */
  close(error: WireError): void {
    for (const waiting of this.#waiting.splice(0)) waiting.refuse(error);
  }

  #enter(entry: Waiting): void {
    this.#insert(entry);
    this.#startNext();
    this.#makeRoom();
  }

  #insert(entry: Waiting): void {
    const worse = this.#waiting.findIndex(({ standing }) => standing > entry.standing);
    this.#waiting.splice(worse === -1 ? this.#waiting.length : worse, 0, entry);
  }

  #withdraw(entry: Waiting): void {
    const place = this.#waiting.indexOf(entry);
    if (place !== -1) this.#waiting.splice(place, 1);
  }

  #startNext(): void {
    while (this.#running < this.#parts.concurrency) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#running++;
      next.start();
    }
  }

  async #measure<T>(work: () => Promise<T>): Promise<T> {
    const { clock } = this.#parts;
    const startedMs = clock.now();
    try {
      const result = await work();
      const tookMs = clock.now() - startedMs;
      this.#meanMs += (tookMs - this.#meanMs) * (this.#measured ? SMOOTHING : 1);
      this.#measured = true;
      return result;
    } finally {
      this.#running--;
      this.#startNext();
      this.#makeRoom();
    }
  }

  #makeRoom(): void {
    const nowMs = this.#parts.clock.now();
    for (;;) {
      const last = this.#waiting.at(-1);
      if (!last) return;
      const tooMany = this.#waiting.length > CAPACITY || this.#waitMs() > MAX_WAIT_MS;
      if (!tooMany && nowMs - last.sinceMs <= MAX_OVERTAKEN_MS) return;
      this.#waiting.pop();
      this.#parts.metrics.counter('password.refused', 'busy').add();
      last.refuse(this.#busy());
    }
  }

  /** Until the last of those who wait is begun. */
  #waitMs(): number {
    return (this.#waiting.length / this.#parts.concurrency) * this.#meanMs;
  }

  #busy(): WireError {
    // Many are refused in one moment, and must not all return in one.
    const retryAfterMs = Math.ceil(Math.max(this.#waitMs(), this.#meanMs) * (1 + Math.random()));
    return new WireError('RATE_LIMITED', 'too many sign in at once; try again', { retryAfterMs });
  }
}
