import type { TalkKey } from '../../gate/key-press.js';
import { eventTime } from './event-time.js';
import type { Holds } from './holds.js';

/** The gamepads of a window, looked at once per frame while there are any. */
export class GamepadInput {
  readonly #window: Window;
  readonly #holds: Holds;
  /** Of each gamepad the buttons that were down when it was last looked at. */
  readonly #down = new Map<number, ReadonlySet<number>>();
  #buttons: ReadonlyMap<number, TalkKey>;
  #frame: number | null = null;

  constructor(
    window: Window,
    holds: Holds,
    buttons: ReadonlyMap<number, TalkKey>,
    signal: AbortSignal,
  ) {
    this.#window = window;
    this.#holds = holds;
    this.#buttons = buttons;
    window.addEventListener('gamepadconnected', () => this.#look(), { signal });
    window.addEventListener('gamepaddisconnected', () => this.#look(), { signal });
    signal.addEventListener('abort', () => this.#stop());
    this.#look();
  }

  /** What is held goes up, for it may mean another key now. */
  setButtons(buttons: ReadonlyMap<number, TalkKey>): void {
    this.#holds.letGo('gamepad:', this.#now());
    this.#buttons = buttons;
    this.#stop();
    this.#look();
  }

  /** Nobody has looked for a while: what is down then has to go up before it talks. */
  forget(): void {
    this.#down.clear();
  }

  #look(): void {
    this.#stop();
    if (this.#buttons.size === 0) return;
    const gamepads = this.#connected();
    for (const index of [...this.#down.keys()]) {
      if (!gamepads.some((gamepad) => gamepad.index === index)) this.#lost(index);
    }
    for (const gamepad of gamepads) this.#compare(gamepad);
    if (gamepads.length > 0) {
      this.#frame = this.#window.requestAnimationFrame(() => this.#look());
    }
  }

  #compare({ index, buttons, timestamp }: Gamepad): void {
    const before = this.#down.get(index);
    const down = new Set([...buttons.keys()].filter((button) => buttons[button]?.pressed));
    this.#down.set(index, down);
    // What was down when it was first seen is no press: somebody may have put it on a table.
    if (!before) return;
    for (const [button, key] of this.#buttons) {
      const input = inputOf(index, button);
      if (down.has(button) === before.has(button)) continue;
      if (down.has(button)) this.#holds.press(key, input, this.#at(timestamp));
      else this.#holds.release(input, this.#at(timestamp));
    }
  }

  #lost(index: number): void {
    this.#down.delete(index);
    const held = [...this.#buttons.keys()].some((button) =>
      this.#holds.has(inputOf(index, button)),
    );
    if (held) this.#holds.releaseAll('gamepadLost', this.#now());
  }

  #connected(): readonly Gamepad[] {
    const { navigator } = this.#window;
    if (typeof navigator.getGamepads !== 'function') return [];
    try {
      return navigator.getGamepads().filter((gamepad) => gamepad?.connected === true) as Gamepad[];
    } catch {
      // The permissions policy of the page forbids them, which is as if there were none.
      return [];
    }
  }

  #stop(): void {
    if (this.#frame !== null) this.#window.cancelAnimationFrame(this.#frame);
    this.#frame = null;
  }

  #now(): number {
    return this.#at(this.#window.performance.now());
  }

  #at(timeStamp: number): number {
    const { timeOrigin } = this.#window.performance;
    return eventTime({ timeOrigin, now: this.#window.performance.now() }, timeStamp);
  }
}

function inputOf(gamepad: number, button: number): string {
  return `gamepad:${gamepad}:${button}`;
}
