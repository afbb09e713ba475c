import type { CancelTimer, Clock } from '../../clock/clock.js';
import { blockedError } from './audio-error.js';
import type { AudioGraph } from './audio-graph.js';

/** A context that was asked to run and does not by then is taken for blocked. */
const BLOCKED_AFTER_MS = 1_000;
/** Some browsers say that a context runs while its clock stands. */
const CLOCK_CHECK_MS = 1_000;

/** One context from its making to its end. */
export class AudioRun {
  readonly context: AudioContext;
  graph: AudioGraph | null = null;
  readonly #clock: Clock;
  readonly #end = new AbortController();
  #cancelClockCheck: CancelTimer = () => undefined;

  constructor(context: AudioContext, clock: Clock) {
    this.context = context;
    this.#clock = clock;
  }

  /** Aborted when the context is of no use any more. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** In the turn of a gesture it works, elsewhere it may; the context tells by its state. */
  resume(): void {
    // iOS: to resume what the system has interrupted breaks the clock of the context.
    if (this.context.state !== 'suspended') return;
    // Why it does not run is told by its state, too.
    this.context.resume().catch(() => undefined);
  }

  /** Resolves when it runs; rejects with `ERR_AUDIO_BLOCKED` when it does not in time. */
  running(): Promise<void> {
    if (this.context.state === 'running') return Promise.resolve();
    return new Promise((resolve, reject) => {
      const watch = new AbortController();
      const { signal } = watch;
      const settle = (run: () => void): void => {
        cancelTimer();
        watch.abort();
        run();
      };
      const cancelTimer = this.#clock.after(BLOCKED_AFTER_MS, () =>
        settle(() => reject(blockedError(this.context.state))),
      );
      const changed = (): void => {
        if (this.context.state === 'running') settle(resolve);
      };
      this.context.addEventListener('statechange', changed, { signal });
      const ended = (): void => settle(() => reject(blockedError('closed')));
      this.signal.addEventListener('abort', ended, { signal });
    });
  }

  /** Calls when the context says that it runs and its clock stands. */
  checkClock(stands: () => void): void {
    this.#cancelClockCheck();
    const before = this.context.currentTime;
    this.#cancelClockCheck = this.#clock.after(CLOCK_CHECK_MS, () => {
      if (this.context.state === 'running' && this.context.currentTime === before) stands();
    });
  }

  async close(): Promise<void> {
    this.#cancelClockCheck();
    this.#end.abort();
    this.graph?.close();
    if (this.context.state === 'closed') return;
    // It rejects when the system has closed it in the meantime.
    await this.context.close().catch(() => undefined);
  }
}
