/** A session that ends has nets to leave and a connection to close, which may wait to be read. */
const BATCH = 2;

/**
 * Does something to each of many with a look at sockets after every few of them. When `hasTime` says
 * no, the rest is done in one turn.
 */
export async function inBatches<T>(
  items: Iterable<T>,
  hasTime: () => boolean,
  run: (item: T) => void,
): Promise<void> {
  let count = 0;
  for (const item of [...items]) {
    run(item);
    count += 1;
    if (count % BATCH === 0 && hasTime()) await new Promise((resolve) => setImmediate(resolve));
  }
}
