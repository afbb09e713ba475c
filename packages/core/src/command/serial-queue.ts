import { WireError } from '@sidetone/protocol';

/**
 * Runs tasks one after another in the order they were given. What a task throws goes to its caller
 * and stops nobody else.
 */
export class SerialQueue {
  readonly #limit: number;
  #waiting = 0;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Rejects with `RATE_LIMITED` where as many tasks wait as the limit allows. */
  run<T>(task: () => T | Promise<T>): Promise<T> {
    if (this.#waiting >= this.#limit) {
      return Promise.reject(
        new WireError('RATE_LIMITED', `${this.#limit} commands wait already; wait for an answer`, {
          retryAfterMs: 1000,
        }),
      );
    }
    this.#waiting += 1;
    const result = this.#tail.then(task).finally(() => {
      this.#waiting -= 1;
    });
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
