/** npm passes a signal on that its process group got already: within this time it is the same one. */
const SAME_SIGNAL_MS = 1_000;

/**
 * Calls `leave` at the first signal to stop, and `giveUp` at one that comes well after it.
 * Returns what stands for a signal where Ctrl-C is only a key.
 */
export function onStopSignal(leave: () => void, giveUp: () => void): () => void {
  let firstAt: number | null = null;
  const handle = (): void => {
    firstAt ??= performance.now();
    if (performance.now() - firstAt > SAME_SIGNAL_MS) giveUp();
    else leave();
  };
  // SIGHUP: the terminal is closed, and a recording is to be whole all the same.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, handle);
  return handle;
}
