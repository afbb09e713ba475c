/** What a contract suite needs of a test runner; those of mocha, jest, vitest and node:test fit. */
export interface ContractRunner {
  describe(title: string, define: () => void): void;
  it(title: string, run: () => Promise<void>): void;
}

/** Makes the implementation under test: fresh and empty for each test. */
export interface ContractSubject<T> {
  create(): T | Promise<T>;
  /** Called after each test, failed ones included. */
  dispose?(subject: T): void | Promise<void>;
}

export interface StoreSubject<T> extends ContractSubject<T> {
  /**
   * Only of stores that outlive the process: closes the store and opens what it has kept. `dispose`
   * is called with the first one, and has to take care of both.
   */
  reopen?(store: T): T | Promise<T>;
}

/** Turns a test on a subject into one that makes the subject and disposes of it. */
export function onFresh<T>({
  create,
  dispose,
}: ContractSubject<T>): (test: (subject: T) => void | Promise<void>) => () => Promise<void> {
  return (test) => async () => {
    const subject = await create();
    try {
      await test(subject);
    } finally {
      await dispose?.(subject);
    }
  };
}
