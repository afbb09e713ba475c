/** The one decision to leave. Whoever decides first says why; what follows from it does not count. */
export class Departure {
  /** Resolves when it is time to leave; rejects when that is because something failed. */
  readonly decided: Promise<void>;
  readonly #controller = new AbortController();
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor() {
    this.decided = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Looked at when it is waited for; a failure may come before that.
    this.decided.catch(() => undefined);
  }

  /** Aborted from the decision on. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  leave(): void {
    this.#resolve();
    this.#controller.abort();
  }

  fail(error: unknown): void {
    this.#reject(error);
    this.#controller.abort();
  }
}
