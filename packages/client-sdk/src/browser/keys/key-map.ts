import { clientError } from '../../error/client-error.js';
import { SLOTS, type TalkKey } from '../../gate/key-press.js';

/** What each key of the keyboard does, by `KeyboardEvent.code`: its place, whatever it is labelled. */
export type KeyMap = Readonly<Record<string, TalkKey>>;
/** What each button of a gamepad does, by its number; of the standard layout, 0 to 16. */
export type ButtonMap = Readonly<Record<number, TalkKey>>;

/** The row of digits. */
export const DEFAULT_KEYS: KeyMap = Object.freeze({
  Digit1: 1,
  Digit2: 2,
  Digit3: 3,
  Digit4: 4,
  Digit5: 5,
  Digit6: 6,
  Digit7: 7,
  Digit8: 8,
});

const MAX_ENTRIES = 128;
const LOCKS = new Set(['CapsLock', 'NumLock', 'ScrollLock']);
const SYSTEM_KEYS = new Set(['MetaLeft', 'MetaRight', 'OSLeft', 'OSRight']);

/** Throws `ERR_CLIENT_KEYBOARD` with everything that is wrong. */
export function resolveKeyMap(keys: KeyMap): ReadonlyMap<string, TalkKey> {
  const entries = Object.entries(keys);
  refuse([...tooMany(entries.length), ...entries.flatMap(([code, key]) => keyProblems(code, key))]);
  return new Map(entries);
}

/** Throws `ERR_CLIENT_KEYBOARD` with everything that is wrong. */
export function resolveButtonMap(buttons: ButtonMap): ReadonlyMap<number, TalkKey> {
  const entries = Object.entries(buttons).map(([text, key]) => [Number(text), key] as const);
  refuse([
    ...tooMany(entries.length),
    ...entries.flatMap(([button, key]) => buttonProblems(button, key)),
  ]);
  return new Map(entries);
}

/** Throws `ERR_CLIENT_KEYBOARD`. */
export function requireTalkKey(key: TalkKey): void {
  refuse(isTalkKey(key) ? [] : [`"${String(key)}" is not a slot from 1 to 8 or "master"`]);
}

function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw clientError('ERR_CLIENT_KEYBOARD', `keys cannot be bound: ${problems.join('; ')}`, {
    details: { problems },
  });
}

function tooMany(count: number): string[] {
  return count > MAX_ENTRIES ? [`"${count}" are too many; bind ${MAX_ENTRIES} at most`] : [];
}

function keyProblems(code: string, key: TalkKey): string[] {
  const problems = isTalkKey(key)
    ? []
    : [`"${code}" is for "${String(key)}", which is not a slot from 1 to 8 or "master"`];
  if (code === '') problems.push('"" is no KeyboardEvent.code; give for instance "KeyV"');
  if (LOCKS.has(code)) {
    problems.push(
      `"${code}" switches a state of the keyboard and is not told as held everywhere; bind another key`,
    );
  }
  if (SYSTEM_KEYS.has(code)) {
    problems.push(
      `"${code}" belongs to the system, and other keys that go up meanwhile are not told; bind another key`,
    );
  }
  return problems;
}

function buttonProblems(button: number, key: TalkKey): string[] {
  const problems = isTalkKey(key)
    ? []
    : [`button ${button} is for "${String(key)}", which is not a slot from 1 to 8 or "master"`];
  if (!Number.isInteger(button) || button < 0 || button >= MAX_ENTRIES) {
    problems.push(
      `"${button}" is no button of a gamepad; give its number, 0 to ${MAX_ENTRIES - 1}`,
    );
  }
  return problems;
}

function isTalkKey(key: unknown): key is TalkKey {
  return key === 'master' || SLOTS.some((slot) => slot === key);
}
