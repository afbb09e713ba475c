import type { TalkKey } from '../../../src/gate/key-press.js';
import type { PressableKeys } from '../../../src/browser/keys/holds.js';

/** Writes down what is done to the keys. */
export class PressedKeys implements PressableKeys {
  readonly calls: string[] = [];
  readonly times: number[] = [];
  /** Keys that are bound to nothing. */
  readonly unbound = new Set<TalkKey>();

  press(key: TalkKey, _by?: string, timeMs?: number): boolean {
    this.#note(`press ${key}`, timeMs);
    return !this.unbound.has(key);
  }

  release(key: TalkKey, _by?: string, timeMs?: number): void {
    this.#note(`release ${key}`, timeMs);
  }

  releaseAll(timeMs?: number): void {
    this.#note('releaseAll', timeMs);
  }

  /** What was done since it was last asked. */
  take(): string[] {
    return this.calls.splice(0);
  }

  #note(call: string, timeMs: number | undefined): void {
    this.calls.push(call);
    this.times.push(timeMs ?? Number.NaN);
  }
}
