import type { TalkKey } from '../../gate/key-press.js';
import { eventTime } from './event-time.js';
import type { Holds } from './holds.js';
import { isTyped } from './text-entry.js';

const INPUTS = 'key:';
/** With these a key is a shortcut of the browser or the app, unless they talk themselves. */
const SHORTCUT_KEYS = [
  { flag: 'ctrlKey', codes: ['ControlLeft', 'ControlRight'] },
  { flag: 'altKey', codes: ['AltLeft', 'AltRight'] },
  { flag: 'metaKey', codes: [] },
] as const;

/** The keyboard of a window. */
export class KeyInput {
  readonly #window: Window;
  readonly #holds: Holds;
  #keys: ReadonlyMap<string, TalkKey>;

  constructor(
    window: Window,
    holds: Holds,
    keys: ReadonlyMap<string, TalkKey>,
    signal: AbortSignal,
  ) {
    this.#window = window;
    this.#holds = holds;
    this.#keys = keys;
    // Down after the page's own listeners, which may have use for the key, but up in any case.
    window.addEventListener('keydown', (event) => this.#down(event), { signal });
    window.addEventListener('keyup', (event) => this.#up(event), { signal, capture: true });
  }

  /** What is held goes up, for it may mean another key now. */
  setKeys(keys: ReadonlyMap<string, TalkKey>): void {
    this.#holds.letGo(INPUTS, this.#at(this.#window.performance.now()));
    this.#keys = keys;
  }

  /** The key is held for `key` until it goes up, wherever that is told. */
  press(event: KeyboardEvent, key: TalkKey): void {
    const input = inputOf(event);
    const isHeld = event.repeat
      ? this.#holds.has(input)
      : this.#holds.press(key, input, this.#at(event.timeStamp));
    // Neither scrolls the page nor starts a search, and a field focused meanwhile is not filled.
    if (isHeld) event.preventDefault();
  }

  #down(event: KeyboardEvent): void {
    // While it is down, some systems do not tell that other keys go up.
    if (event.key === 'Meta') this.#holds.letGo(INPUTS, this.#at(event.timeStamp));
    const key = this.#keys.get(event.code);
    if (key === undefined || event.defaultPrevented) return;
    if (!event.repeat && (this.#isShortcut(event) || isTyped(event))) return;
    this.press(event, key);
  }

  #up(event: KeyboardEvent): void {
    // A button that has the focus would be clicked by it.
    if (this.#holds.release(inputOf(event), this.#at(event.timeStamp))) event.preventDefault();
  }

  #isShortcut(event: KeyboardEvent): boolean {
    // AltGr writes, and comes as Ctrl and Alt.
    if (event.getModifierState('AltGraph')) return false;
    return SHORTCUT_KEYS.some(
      ({ flag, codes }) => event[flag] && !codes.some((code) => this.#keys.has(code)),
    );
  }

  #at(timeStamp: number): number {
    const { timeOrigin } = this.#window.performance;
    return eventTime({ timeOrigin, now: this.#window.performance.now() }, timeStamp);
  }
}

function inputOf({ code }: KeyboardEvent): string {
  return `${INPUTS}${code}`;
}
