import type { SeededRandom } from '@sidetone/testkit';
import { SLOTS, type Slot } from '../../src/gate/key-press.js';

/** One change of a key: it goes down, or up. */
export interface KeyChange {
  readonly atMs: number;
  readonly slot: Slot;
  readonly down: boolean;
}

/** From when a key went down first to the end of its tail, with each time that it was down. */
export interface ExpectedTalk {
  readonly slot: Slot;
  readonly pressedAtMs: number;
  readonly down: { readonly fromMs: number; readonly untilMs: number }[];
  endsAtMs: number;
}

const PRE_ROLL_MS = 60;
const TAIL_MS = 150;
const AT_ONCE = 4;
/** No key is down for so many presses of others. */
const LOOK_AHEAD = 400;

/** Changes at moments of their own, in order: chords, taps, rolls from key to key, long talks. */
export function randomKeyChanges(random: SeededRandom, count: number): KeyChange[] {
  const held = new Set<Slot>();
  const changes: KeyChange[] = [];
  let atMs = 1_000;
  while (changes.length < count) {
    atMs += gapMs(random);
    const slot = SLOTS[random.integer(0, 7)] as Slot;
    const lifted = [...held][random.integer(0, held.size)];
    const goesUp = held.size >= AT_ONCE || (held.size > 0 && random.chance(0.45));
    if (goesUp && lifted === undefined) continue;
    const changed = goesUp && lifted !== undefined ? lifted : slot;
    const down = !held.has(changed);
    if (down) held.add(changed);
    else held.delete(changed);
    changes.push({ atMs, slot: changed, down });
  }
  return changes;
}

function gapMs(random: SeededRandom): number {
  const [least, most] = (
    [
      [0.1, 8],
      [5, 60],
      [20, 160],
      [100, 400],
    ] as const
  )[random.integer(0, random.chance(0.15) ? 3 : 2)] as readonly [number, number];
  return least + random.fraction() * (most - least);
}

/** One time that a key was down. */
interface Down {
  readonly slot: Slot;
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * What the changes mean, worked out from the whole log and apart from how the client does it: a
 * press within the tail of the same key goes on; a tail ends with the press of another key, and is
 * none where another one went down later and is still down.
 */
export function expectedTalks(changes: readonly KeyChange[]): ExpectedTalk[] {
  const downs = downsOf(changes);
  const talks: ExpectedTalk[] = [];
  const lastOf = new Map<Slot, ExpectedTalk>();
  downs.forEach((down, i) => {
    const last = lastOf.get(down.slot);
    const { slot, fromMs, untilMs } = down;
    const goesOn = last !== undefined && fromMs < last.endsAtMs;
    const talk = goesOn ? last : { slot, pressedAtMs: fromMs, down: [], endsAtMs: 0 };
    talk.down.push({ fromMs, untilMs });
    talk.endsAtMs = tailEnd(down, downs.slice(i + 1, i + 1 + LOOK_AHEAD));
    if (!goesOn) talks.push(talk);
    lastOf.set(slot, talk);
  });
  return talks;
}

/** In the order of the presses. */
function downsOf(changes: readonly KeyChange[]): Down[] {
  const releases = new Map<Slot, KeyChange[]>(
    SLOTS.map((slot) => [slot, changes.filter((each) => each.slot === slot && !each.down)]),
  );
  const presses = changes.filter((each) => each.down);
  return presses.map(({ slot, atMs: fromMs }) => {
    const untilMs = releases.get(slot)?.shift()?.atMs ?? Infinity;
    return { slot, fromMs, untilMs };
  });
}

function tailEnd({ slot, untilMs }: Down, later: readonly Down[]): number {
  const others = later.filter((other) => other.slot !== slot);
  const isFollowed = others.some((other) => other.fromMs < untilMs && other.untilMs > untilMs);
  if (isFollowed) return untilMs;
  const next = others.find(({ fromMs }) => fromMs >= untilMs)?.fromMs ?? Infinity;
  return Math.min(untilMs + TAIL_MS, next);
}

export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

/** Not a sample of it was captured too early or too late for the talk. */
export function mayBeHeard(talk: ExpectedTalk, { startMs, endMs }: Stretch): boolean {
  return startMs >= talk.pressedAtMs - PRE_ROLL_MS && endMs <= talk.endsAtMs;
}

/**
 * The key was down, or had been, while it was captured. The one frame in which another key cuts the
 * talk off is left out: what follows that key is not for these ears.
 */
export function mustBeHeard(talk: ExpectedTalk, { startMs, endMs }: Stretch): boolean {
  return endMs > talk.pressedAtMs && startMs < talk.endsAtMs && endMs <= talk.endsAtMs;
}

/** The issue's own words: the key was down for the whole of the frame. */
export function wasDown(talk: ExpectedTalk, { startMs, endMs }: Stretch): boolean {
  return talk.down.some(({ fromMs, untilMs }) => startMs >= fromMs && endMs <= untilMs);
}
