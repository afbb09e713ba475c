/** Longer than any socket or timer may take that a test has properly closed. */
const GRACE_MS = 10_000;

/**
 * Mocha is not told to exit, so what a test leaves open would hang the run without a word. This says what it is. The
 * timer itself keeps nothing alive.
 */
export function mochaGlobalTeardown(): void {
  setTimeout(() => {
    const open = process.getActiveResourcesInfo().filter((name) => !name.includes('TTY'));
    const counts = new Map<string, number>();
    for (const name of open) counts.set(name, (counts.get(name) ?? 0) + 1);
    const list = [...counts].map(([name, count]) => `${name} x${count}`).join(', ');
    console.error(`The tests are done, and a test has left something open: ${list}`);
    process.exit(1);
  }, GRACE_MS).unref();
}
