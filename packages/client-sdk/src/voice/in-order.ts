import type { MaybePromise } from '@sidetone/protocol';

/**
 * Hands values on in the order in which they were begun, however long each takes. What is there at
 * once goes through in the same turn, as long as nothing before it is pending.
 */
export class InOrder<T> {
  readonly #deliver: (value: T) => void;
  readonly #failed: (cause: unknown) => void;
  #pending = 0;
  #tail: Promise<void> = Promise.resolve();

  constructor(deliver: (value: T) => void, failed: (cause: unknown) => void) {
    this.#deliver = deliver;
    this.#failed = failed;
  }

  add(value: MaybePromise<T>): void {
    if (this.#pending === 0 && !(value instanceof Promise)) {
      this.#deliver(value);
      return;
    }
    this.#pending += 1;
    // Settled into a value at once: a rejection must not go unhandled while others are waited for.
    const settled = Promise.resolve(value).then(
      (result) => () => this.#deliver(result),
      (cause: unknown) => () => this.#failed(cause),
    );
    this.#tail = this.#tail.then(async () => {
      const finish = await settled;
      this.#pending -= 1;
      finish();
    });
  }

  /** Resolves when everything added so far has been handed on. */
  settled(): Promise<void> {
    return this.#tail;
  }
}
