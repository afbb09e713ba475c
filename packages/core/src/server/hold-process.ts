/** As long as Node keeps a timer; it never has to fire. */
const FAR_AWAY_MS = 2 ** 31 - 1;

/**
 * Keeps the process alive until `run` settles. Timers of a `Clock` do not: a process whose plugin
 * waits for something that never comes would end without a word, before the deadline names it.
 */
export async function holdProcess<T>(run: () => Promise<T>): Promise<T> {
  const hold = setInterval(() => {}, FAR_AWAY_MS);
  try {
    return await run();
  } finally {
    clearInterval(hold);
  }
}
