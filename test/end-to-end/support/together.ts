/**
 * Tests that run all at once, each an `it` of its own: most of their time is outages that have to
 * last, and waiting for what comes of them.
 */
export function together(tests: Readonly<Record<string, () => Promise<void>>>): void {
  let running: ReadonlyMap<string, Promise<PromiseSettledResult<void>>>;
  before(() => {
    running = new Map(
      Object.entries(tests).map(([title, test]) => [
        title,
        Promise.allSettled([test()]).then(([settled]) => settled),
      ]),
    );
  });
  for (const title of Object.keys(tests)) {
    it(title, async () => {
      const settled = await running.get(title);
      if (settled?.status === 'rejected') throw settled.reason;
    });
  }
  // A test that timed out goes on; what it started has to end before the next file begins.
  after(() => Promise.all(running.values()));
}
