import type { Clock } from '../contracts/clock.js';
import type { IdempotencyStore } from '../contracts/idempotency-store.js';
import type { Logger } from '../contracts/logger.js';
import type { Metrics } from '../contracts/metrics.js';
import { errorMessage } from '../error/error-message.js';

/** What was answered to one key, as text. */
export interface KeptAnswer {
  /** Of the request, so that another one with this key is told from it. */
  readonly fingerprint: string;
  readonly answer: string;
}

/** The answers of one session, for when it goes on after a restart. */
export interface AnswersOfSession {
  /** Rejects where the store cannot tell: whoever asked must not carry the request out then. */
  find(key: string): Promise<KeptAnswer | null>;
  /** Never rejects: the change is made, and is to be answered. */
  keep(key: string, kept: KeptAnswer): Promise<void>;
}

interface AnswerArchiveParts {
  readonly store: IdempotencyStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

const KEPT_MS = 300_000;
const MAX_CHARACTERS = 64 * 1024;

/** Keeps answers beyond the process. */
export class AnswerArchive {
  readonly #parts: AnswerArchiveParts;
  /** Of the store, so that an outage is one line in the log and not one for each answer. */
  #failing = false;

  constructor(parts: AnswerArchiveParts) {
    this.#parts = parts;
  }

  /** `restored`: the session began before this process did. No other one is looked for. */
  of(sessionId: string, restored: boolean): AnswersOfSession {
    return {
      find: async (key) => (restored ? this.#find(sessionId, key) : null),
      keep: (key, kept) => this.#keep(sessionId, key, kept),
    };
  }

  async #find(sessionId: string, key: string): Promise<KeptAnswer | null> {
    const { store, clock } = this.#parts;
    const kept = await store.get(sessionId, key);
    return kept !== null && kept.expiresAt > clock.wallTime() ? kept : null;
  }

  async #keep(sessionId: string, key: string, kept: KeptAnswer): Promise<void> {
    const { store, clock, log, metrics } = this.#parts;
    if (kept.answer.length > MAX_CHARACTERS) return metrics.counter('answers.lost', 'long').add();
    try {
      const expiresAt = clock.wallTime() + KEPT_MS;
      await store.put({ sessionId, key, ...kept, expiresAt });
      this.#failing = false;
    } catch (error) {
      metrics.counter('answers.lost', 'store').add();
      const cause = errorMessage(error);
      if (!this.#failing) log.warn('answers are not kept beyond a restart now', { cause });
      this.#failing = true;
    }
  }
}
