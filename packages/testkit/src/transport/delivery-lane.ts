interface Delivery {
  readonly bytes: number;
  readonly deliver: () => void;
}

/**
 * Delivers in order, each item in a microtask of its own and never inside the call that sent it:
 * as a socket would, without one.
 */
export class DeliveryLane {
  readonly #drained: () => void;
  #waiting: Delivery[] = [];
  #queuedBytes = 0;
  #scheduled = false;
  #held = false;
  #closed = false;

  /** `drained` is called whenever the last item that waited has gone. */
  constructor(drained: () => void = () => {}) {
    this.#drained = drained;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  push(bytes: number, deliver: () => void): void {
    if (this.#closed) return;
    this.#waiting.push({ bytes, deliver });
    this.#queuedBytes += bytes;
    this.#schedule();
  }

  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#schedule();
  }

  /** Loses what waits and all that comes. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#queuedBytes = 0;
  }

  #schedule(): void {
    if (this.#scheduled || this.#held || this.#waiting.length === 0) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#next());
  }

  #next(): void {
    this.#scheduled = false;
    if (this.#held) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#queuedBytes -= next.bytes;
    // What follows is delivered even if this delivery throws.
    this.#schedule();
    next.deliver();
    if (this.#waiting.length === 0 && !this.#closed) this.#drained();
  }
}
