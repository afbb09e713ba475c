import type { TalkKey } from '../../gate/key-press.js';
import { eventTime } from './event-time.js';
import type { Holds } from './holds.js';
import type { KeyInput } from './key-input.js';

export interface TalkButtonParts {
  readonly window: Window;
  readonly holds: Holds;
  readonly keys: KeyInput;
  /** Tells the inputs of this button from those of others. */
  readonly name: string;
}

const PRIMARY_BUTTON = 0;
const ACTIVATING_KEYS = ['Enter', ' '];
/** A finger that rests on a button neither scrolls nor selects nor opens a menu. */
const UNTOUCHED_BY_THE_BROWSER = {
  'touch-action': 'none',
  'user-select': 'none',
  '-webkit-user-select': 'none',
  '-webkit-touch-callout': 'none',
} as const;

/**
 * Makes an element a talk button: it talks while a mouse, a pen or a finger is down on it, or Space
 * or Enter while it has the focus. What clicks without pressing, as assistive programs do, talks from
 * one click to the next.
 * @returns what takes that back, and lets go
 */
export function attachTalkButton(
  element: HTMLElement,
  key: TalkKey,
  { window, holds, keys, name }: TalkButtonParts,
): () => void {
  const attached = new AbortController();
  const { signal } = attached;
  const at = (timeStamp: number): number => {
    const { timeOrigin } = window.performance;
    return eventTime({ timeOrigin, now: window.performance.now() }, timeStamp);
  };
  const inputOf = ({ pointerId }: PointerEvent): string => `${name}:${pointerId}`;
  const lift = (event: PointerEvent): void =>
    void holds.release(inputOf(event), at(event.timeStamp));

  element.addEventListener('pointerdown', down, { signal });
  // On the window, because the element may be gone from the page by then.
  window.addEventListener('pointerup', lift, { signal, capture: true });
  window.addEventListener('lostpointercapture', lift, { signal, capture: true });
  window.addEventListener('pointercancel', cancel, { signal, capture: true });
  element.addEventListener(
    'keydown',
    (event) => {
      if (ACTIVATING_KEYS.includes(event.key) && !event.defaultPrevented) keys.press(event, key);
    },
    { signal },
  );
  element.addEventListener('click', click, { signal });
  for (const type of ['contextmenu', 'dragstart']) {
    element.addEventListener(type, (event) => event.preventDefault(), { signal });
  }
  const restoreStyle = setStyle(element);

  function down(event: PointerEvent): void {
    if (event.button !== PRIMARY_BUTTON || isDisabled(element)) return;
    if (!holds.press(key, inputOf(event), at(event.timeStamp))) return;
    // Events that a program made up have no pointer that could be captured.
    if (event.isTrusted) element.setPointerCapture(event.pointerId);
  }

  function cancel(event: PointerEvent): void {
    if (holds.has(inputOf(event))) holds.releaseAll('pointerCancelled', at(event.timeStamp));
  }

  function click(event: MouseEvent): void {
    // The click that ends a press counts the clicks; one without a press does not.
    if (event.detail !== 0 || isDisabled(element)) return;
    const input = `${name}:click`;
    if (!holds.release(input, at(event.timeStamp))) holds.press(key, input, at(event.timeStamp));
  }

  return () => {
    attached.abort();
    holds.letGo(`${name}:`, at(window.performance.now()));
    restoreStyle();
  };
}

function isDisabled(element: HTMLElement): boolean {
  return element.matches(':disabled, [aria-disabled="true"]');
}

function setStyle({ style }: HTMLElement): () => void {
  const before = Object.keys(UNTOUCHED_BY_THE_BROWSER).map(
    (name) => [name, style.getPropertyValue(name)] as const,
  );
  for (const [name, value] of Object.entries(UNTOUCHED_BY_THE_BROWSER)) {
    style.setProperty(name, value);
  }
  return () => {
    for (const [name, value] of before) style.setProperty(name, value);
  };
}
