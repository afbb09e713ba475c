export interface KeptAwake {
  /** Whether this browser lets a page keep the screen on; where it does not, nothing happens. */
  readonly supported: boolean;
  /** Whether the screen stays on now: not while the page is hidden, or the battery is low. */
  readonly held: boolean;
  /** The screen may go off again; idempotent. */
  release(): void;
}

/**
 * Keeps the screen of the device on while the page is seen, until `release()`: a screen that goes off
 * takes sound and keys with it on phones. What the system takes away is asked for again as soon as the
 * page is seen.
 */
export function keepAwake(): KeptAwake {
  return new ScreenLock((navigator as { wakeLock?: WakeLock }).wakeLock ?? null);
}

class ScreenLock implements KeptAwake {
  readonly #wakeLock: WakeLock | null;
  readonly #end = new AbortController();
  #sentinel: WakeLockSentinel | null = null;
  #isAsking = false;

  constructor(wakeLock: WakeLock | null) {
    this.#wakeLock = wakeLock;
    if (wakeLock === null) return;
    document.addEventListener('visibilitychange', () => this.#ask(wakeLock), {
      signal: this.#end.signal,
    });
    this.#ask(wakeLock);
  }

  get supported(): boolean {
    return this.#wakeLock !== null;
  }

  get held(): boolean {
    return this.#sentinel?.released === false;
  }

  release(): void {
    this.#end.abort();
    this.#letGo();
  }

  #ask(wakeLock: WakeLock): void {
    if (document.visibilityState !== 'visible' || this.held || this.#isAsking) return;
    this.#isAsking = true;
    wakeLock
      .request('screen')
      .then((sentinel) => {
        this.#sentinel = sentinel;
        if (this.#end.signal.aborted) this.#letGo();
      })
      // The system may say no, for instance to save power; it is asked again when the page is seen.
      .catch(() => undefined)
      .finally(() => (this.#isAsking = false));
  }

  #letGo(): void {
    // It is gone already where this rejects.
    this.#sentinel?.release().catch(() => undefined);
    this.#sentinel = null;
  }
}
