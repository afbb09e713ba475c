import { encodeStateEvent } from '@sidetone/protocol';

export const RING_EVENTS: number = 1000;
/** Of payload text, in UTF-16 units: payloads are shared, so this bounds what one session can hold. */
export const RING_CHARACTERS: number = 256 * 1024;

interface RingEvent {
  readonly name: string;
  readonly payload: string;
}

/** Numbers the state events of one session and keeps the latest, by reference, for a replay. */
export class EventRing {
  /** The event of number `n` is at `n % RING_EVENTS`. */
  readonly #events: (RingEvent | undefined)[] = [];
  #newest = 0;
  #kept = 0;
  #characters = 0;

  /** Number of the newest event; 0 before the first. */
  get seq(): number {
    return this.#newest;
  }

  /** Its number. */
  push(name: string, payload: string): number {
    if (this.#kept === RING_EVENTS) this.#dropOldest();
    this.#newest += 1;
    this.#kept += 1;
    this.#characters += payload.length;
    this.#events[this.#newest % RING_EVENTS] = { name, payload };
    while (this.#characters > RING_CHARACTERS) this.#dropOldest();
    return this.#newest;
  }

  /** Whether every event after that number is here, and that number was given. */
  keeps(seq: number): boolean {
    return seq <= this.#newest && seq >= this.#newest - this.#kept;
  }

  /** Every event after that number, as messages; `null` where not all of them are kept. */
  since(seq: number): readonly string[] | null {
    if (!this.keeps(seq)) return null;
    return Array.from({ length: this.#newest - seq }, (_, index) => {
      const number = seq + 1 + index;
      const { name, payload } = this.#events[number % RING_EVENTS] as RingEvent;
      return encodeStateEvent(name, number, payload);
    });
  }

  /** Only what comes from now on can be asked for. */
  forget(): void {
    while (this.#kept > 0) this.#dropOldest();
  }

  #dropOldest(): void {
    const index = (this.#newest - this.#kept + 1) % RING_EVENTS;
    this.#characters -= this.#events[index]?.payload.length ?? 0;
    this.#events[index] = undefined;
    this.#kept -= 1;
  }
}
