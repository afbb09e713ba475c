/** What pages tell of the network; `connection` is not in every browser. */
interface NetworkInformation extends EventTarget {
  readonly type?: string;
}

/**
 * Tells when the network may have become another one: online and offline, another kind of connection
 * (Network Information API), and a page that is seen again, for timers slept while it was hidden.
 */
export function watchNetwork(changed: () => void): () => void {
  const watch = new AbortController();
  const { signal } = watch;
  globalThis.addEventListener('online', changed, { signal });
  globalThis.addEventListener('offline', changed, { signal });
  const { connection } = globalThis.navigator as Navigator & { connection?: NetworkInformation };
  connection?.addEventListener('change', changed, { signal });
  // A worker has no document.
  const page = (globalThis as { document?: Document }).document;
  page?.addEventListener(
    'visibilitychange',
    () => {
      if (page.visibilityState === 'visible') changed();
    },
    { signal },
  );
  return () => watch.abort();
}
