/** npm passes a signal on that its process group got already: within this time it is the same one. */
const SAME_SIGNAL_MS = 1000;

/** Calls `stop` at the first SIGINT or SIGTERM, and `giveUp` at one that comes well after it. */
export function onStopSignal(stop: () => void, giveUp: () => void): void {
  let firstAt: number | null = null;
  const handle = (): void => {
    const now = performance.now();
    if (firstAt === null) {
      firstAt = now;
      stop();
    } else if (now - firstAt > SAME_SIGNAL_MS) {
      giveUp();
    }
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
}
