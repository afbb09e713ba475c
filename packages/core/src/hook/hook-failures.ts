import type { Clock } from '../contracts/clock.js';
import type { Logger } from '../contracts/logger.js';
import type { Metrics } from '../contracts/metrics.js';

/** Who is to blame. */
export interface HookOwner {
  /** Name of the plugin, or of the embedding program. */
  readonly plugin: string;
  readonly kind: 'guard' | 'transform' | 'observer';
  /** The command, entity or fact that it was registered for. */
  readonly on: string;
}

interface Quiet {
  readonly untilMs: number;
  suppressed: number;
}

const QUIET_MS = 1000;

/** Logs what hooks do wrong, one line a second for each at most, and counts all of it. */
export class HookFailures {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #quiet = new Map<string, Quiet>();

  constructor(services: {
    readonly clock: Clock;
    readonly log: Logger;
    readonly metrics: Metrics;
  }) {
    this.#clock = services.clock;
    this.#log = services.log;
    this.#metrics = services.metrics;
  }

  report({ plugin, kind, on }: HookOwner, problem: string, error?: unknown): void {
    this.#metrics.counter('hooks.failed', kind).add();
    // Not the line: it may carry words that differ each time.
    const key = `${kind} ${on} ${plugin}`;
    const quiet = this.#quiet.get(key);
    const now = this.#clock.now();
    if (quiet !== undefined && now < quiet.untilMs) {
      quiet.suppressed += 1;
      return;
    }
    this.#quiet.set(key, { untilMs: now + QUIET_MS, suppressed: 0 });
    this.#log.error(`${kind} of "${plugin}" on "${on}" ${problem}`, {
      plugin,
      [kind]: on,
      ...(error === undefined ? {} : { error }),
      ...(quiet === undefined || quiet.suppressed === 0 ? {} : { suppressed: quiet.suppressed }),
    });
  }
}
