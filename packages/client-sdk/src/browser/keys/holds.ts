import type { TalkKey } from '../../gate/key-press.js';

/** What is pressed: a `TalkKeyboard`. Times are those of the client's clock. */
export interface PressableKeys {
  press(key: TalkKey, by?: string, timeMs?: number): boolean;
  release(key: TalkKey, by?: string, timeMs?: number): void;
  releaseAll(timeMs?: number): void;
}

/**
 * Why everything was let go: the page has lost the focus or is not seen any more, the system has
 * taken a touch for itself, or a gamepad that held something is gone.
 */
export type ReleaseReason = 'blur' | 'hidden' | 'pointerCancelled' | 'gamepadLost';

/** Which input holds which key. */
export class Holds {
  readonly #keys: PressableKeys;
  readonly #released: (reason: ReleaseReason) => void;
  readonly #byInput = new Map<string, TalkKey>();

  constructor(keys: PressableKeys, released: (reason: ReleaseReason) => void) {
    this.#keys = keys;
    this.#released = released;
  }

  has(input: string): boolean {
    return this.#byInput.has(input);
  }

  /** @returns whether the key is bound to something, and held from now on */
  press(key: TalkKey, input: string, timeMs: number): boolean {
    if (this.has(input)) return true;
    if (!this.#keys.press(key, input, timeMs)) return false;
    this.#byInput.set(input, key);
    return true;
  }

  /** @returns whether the input held something */
  release(input: string, timeMs: number): boolean {
    const key = this.#byInput.get(input);
    if (key === undefined) return false;
    this.#byInput.delete(input);
    this.#keys.release(key, input, timeMs);
    return true;
  }

  /** Inputs whose names begin so are taken away; if one of them holds something, all is let go. */
  letGo(inputs: string, timeMs: number): void {
    if ([...this.#byInput.keys()].some((input) => input.startsWith(inputs))) this.#clear(timeMs);
  }

  /** A release may go unseen. */
  releaseAll(reason: ReleaseReason, timeMs: number): void {
    const heldAny = this.#byInput.size > 0;
    this.#clear(timeMs);
    if (heldAny) this.#released(reason);
  }

  /**
   * All go up together, not one by one: a tap that is cut short is no latch, and none of them ends
   * without its tail because another was still down.
   */
  #clear(timeMs: number): void {
    this.#byInput.clear();
    this.#keys.releaseAll(timeMs);
  }
}
