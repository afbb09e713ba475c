import type { CancelTimer, Clock, Logger } from '@sidetone/core';
import { VoiceError } from '@sidetone/protocol';
import type { PasswordErrorCode } from '../error-codes.js';
import type { HashAnswer, HashJob, HashRunner } from './hash-job.js';
import { unavailable } from './hash-process.js';

const FIRST_RESTART_MS = 100;
const LAST_RESTART_MS = 10_000;
/** A process that has lived this long is started again at once when it ends. */
const STEADY_MS = 60_000;

/** One process, as {@link HashProcess} is. */
export interface HashProcessLike extends HashRunner {
  readonly ended: Promise<string>;
  ready(): Promise<void>;
  close(): Promise<void>;
}

export interface HashServiceParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly launch: () => HashProcessLike;
}

/** Keeps one process that hashes alive, and starts another when it dies. */
export class HashService implements HashRunner {
  readonly #parts: HashServiceParts;
  #process: HashProcessLike | null = null;
  #restartMs = FIRST_RESTART_MS;
  #cancelRestart: CancelTimer = () => {};
  /** Of a start under way, so that `close` ends what came up meanwhile. */
  #starting: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(parts: HashServiceParts) {
    this.#parts = parts;
  }

  /** Rejects with `ERR_PASSWORD_HASHER`. */
  start(): Promise<void> {
    this.#starting = this.#launch();
    return this.#starting;
  }

  run(job: HashJob): Promise<HashAnswer> {
    return this.#process ? this.#process.run(job) : Promise.reject(unavailable());
  }

  /** Idempotent. What is under way fails. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRestart();
    await this.#process?.close();
    await this.#starting.catch(() => {});
    await this.#process?.close();
    this.#process = null;
  }

  async #launch(): Promise<void> {
    const launched = this.#parts.launch();
    try {
      await launched.ready();
    } catch (cause) {
      await launched.close();
      const code: PasswordErrorCode = 'ERR_PASSWORD_HASHER';
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new VoiceError(
        code,
        `the process that hashes passwords did not start: ${reason}; reinstall "argon2" for this machine`,
        { cause },
      );
    }
    const sinceMs = this.#parts.clock.now();
    this.#process = launched;
    void launched.ended.then((reason) => {
      if (this.#process === launched) this.#process = null;
      if (this.#closed) return;
      if (this.#parts.clock.now() - sinceMs >= STEADY_MS) this.#restartMs = FIRST_RESTART_MS;
      this.#parts.log.error('the process that hashes passwords died', { reason });
      this.#restartLater();
    });
  }

  #restartLater(): void {
    const delayMs = this.#restartMs;
    this.#restartMs = Math.min(LAST_RESTART_MS, delayMs * 2);
    this.#cancelRestart = this.#parts.clock.after(delayMs, () => {
      this.#starting = this.#launch().catch((error: unknown) => {
        this.#parts.log.error('passwords cannot be checked', { error });
        if (!this.#closed) this.#restartLater();
      });
    });
  }
}
