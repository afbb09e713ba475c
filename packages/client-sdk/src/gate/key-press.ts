/** A slot of the key board. */
export type Slot = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;
/** `master` talks to the base set. */
export type TalkKey = Slot | 'master';

export const SLOTS: readonly Slot[] = Object.freeze([1, 2, 3, 4, 5, 6, 7, 8]);

/**
 * How a slot is used: `hold` talks while it is down, `latch` from one press to the next, and
 * `tapLatch` does both, a press of less than 200 ms being the latch.
 */
export type SlotStyle = 'hold' | 'latch' | 'tapLatch';

/** What a key does. */
export interface KeyBinding<T> {
  readonly targets: readonly T[];
  /** Talks beside the base set and not in its place. */
  readonly additive: boolean;
  readonly style: SlotStyle;
}

/** One talk by one key, from its first press to the end of its tail. Times are of the clock. */
export interface KeyPress<T> {
  readonly key: TalkKey;
  /** As bound when the key went down, whatever it is bound to since. */
  targets: readonly T[];
  readonly additive: boolean;
  readonly pressedAtMs: number;
  /** What was captured before this was meant for others, or is too old for a pre-roll. */
  readonly preRollFromMs: number;
  releasedAtMs: number | null;
  /** Nothing captured later belongs to it; infinite while the key is down. */
  endsAtMs: number;
  /** Of the presses of all keys: the later one has the higher number. */
  order: number;
}

/** Whether a frame belongs to a talk: every sample of it, but for the frame of the press itself. */
export function belongsTo(press: KeyPress<unknown>, startMs: number, endMs: number): boolean {
  if (endMs > press.endsAtMs) return false;
  return endMs > press.pressedAtMs || startMs >= press.preRollFromMs;
}

/** Whether any part of the stretch lies between press and end. */
export function overlaps(press: KeyPress<unknown>, startMs: number, endMs: number): boolean {
  return endMs > press.pressedAtMs && startMs < press.endsAtMs;
}
