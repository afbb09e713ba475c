import type { TalkKey } from '../../gate/key-press.js';
import { GamepadInput } from './gamepad-input.js';
import { Holds, type PressableKeys, type ReleaseReason } from './holds.js';
import { KeyInput } from './key-input.js';
import {
  DEFAULT_KEYS,
  requireTalkKey,
  resolveButtonMap,
  resolveKeyMap,
  type ButtonMap,
  type KeyMap,
} from './key-map.js';
import { attachTalkButton } from './talk-button.js';

export interface KeyBindingOptions {
  /** By `KeyboardEvent.code`; default `Digit1` to `Digit8` for the slots 1 to 8. */
  readonly keys?: KeyMap;
  /** By the number of the button, on every gamepad; default none. */
  readonly gamepad?: ButtonMap;
  /** Everything that was held has been let go, and why: for a line on the page. */
  readonly onReleased?: (reason: ReleaseReason) => void;
  /** Whose inputs these are; default this one. For instance a picture-in-picture window. */
  readonly window?: Window;
}

/** Inputs of a page that press the keys of a talk keyboard. */
export interface KeyBindings {
  /** Other keys in place of those before; what is held goes up. Throws `ERR_CLIENT_KEYBOARD`. */
  setKeys(keys: KeyMap): void;
  /** Other buttons in place of those before; what is held goes up. Throws `ERR_CLIENT_KEYBOARD`. */
  setGamepad(buttons: ButtonMap): void;
  /**
   * Makes an element a talk button: for mouse, pen and finger, for Space and Enter while it has the
   * focus, and for the clicks of assistive programs, which talk from one to the next. Throws
   * `ERR_CLIENT_KEYBOARD`.
   * @returns what takes that back
   */
  button(element: HTMLElement, key: TalkKey): () => void;
  /** Lets go and listens no more. Idempotent. */
  close(): void;
}

/**
 * Lets the keyboard, elements of the page and gamepads press the keys of `client.talk.keyboard()`.
 * Two inputs on one slot are one press. Everything held is let go when its release might not be
 * seen: the window loses the focus, the page is hidden, a touch is cancelled, a gamepad is gone.
 * Latches stay.
 *
 * Keys that write or edit do not talk while a field has the focus; what has it in a closed shadow
 * tree cannot be seen from outside. With Ctrl, Alt or Meta a key is a shortcut and does not talk,
 * unless that modifier is bound itself. Throws `ERR_CLIENT_KEYBOARD`, also for Caps, Num and Scroll
 * Lock, which cannot be held.
 *
 * ```ts
 * const bindings = bindKeys(keys, { keys: { KeyV: 'master', Digit1: 1 }, gamepad: { 5: 1 } });
 * bindings.button(document.querySelector('#talk')!, 1);
 * ```
 */
export function bindKeys(keyboard: PressableKeys, options: KeyBindingOptions = {}): KeyBindings {
  const { keys = DEFAULT_KEYS, gamepad = {}, onReleased = () => undefined } = options;
  const { window = globalThis.window } = options;
  const keyMap = resolveKeyMap(keys);
  const buttonMap = resolveButtonMap(gamepad);
  const bound = new AbortController();
  const holds = new Holds(keyboard, onReleased);
  const keyInput = new KeyInput(window, holds, keyMap, bound.signal);
  const gamepads = new GamepadInput(window, holds, buttonMap, bound.signal);
  const releases = new Set<() => void>();
  let buttons = 0;
  watchPage(window, bound.signal, (reason) => {
    const { timeOrigin } = window.performance;
    if (reason === 'hidden') gamepads.forget();
    holds.releaseAll(reason, timeOrigin + window.performance.now());
  });
  return {
    setKeys: (next) => keyInput.setKeys(resolveKeyMap(next)),
    setGamepad: (next) => gamepads.setButtons(resolveButtonMap(next)),
    button(element, key) {
      requireTalkKey(key);
      const name = `button-${++buttons}`;
      const detach = attachTalkButton(element, key, { window, holds, keys: keyInput, name });
      releases.add(detach);
      return () => {
        if (releases.delete(detach)) detach();
      };
    },
    close() {
      bound.abort();
      for (const detach of releases) detach();
      releases.clear();
      const { timeOrigin } = window.performance;
      holds.letGo('', timeOrigin + window.performance.now());
    },
  };
}

function watchPage(
  window: Window,
  signal: AbortSignal,
  lost: (reason: 'blur' | 'hidden') => void,
): void {
  const { document } = window;
  window.addEventListener('blur', () => lost('blur'), { signal });
  window.addEventListener('pagehide', () => lost('hidden'), { signal });
  const hidden = (): void => {
    if (document.visibilityState === 'hidden') lost('hidden');
  };
  document.addEventListener('visibilitychange', hidden, { signal });
}
