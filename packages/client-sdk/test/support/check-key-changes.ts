import { expectedTalks, mayBeHeard, mustBeHeard, wasDown } from './key-changes.js';
import type { ExpectedTalk, KeyChange, Stretch } from './key-changes.js';
import type { Slot } from '../../src/gate/key-press.js';

/** What went to the nets: for each slot the frames, by their number, in the order of arrival. */
export type HeardBySlot = ReadonlyMap<Slot, readonly number[]>;

export interface KeyChangeCheck {
  /** The first faults found; none when all is well. */
  readonly faults: readonly string[];
  readonly heard: number;
  /** Frames that were captured with a key down for their whole length. */
  readonly required: number;
  readonly preRoll: number;
  readonly tail: number;
}

const MAX_FAULTS = 5;

/** Holds what was heard against what the keys said. */
export function checkKeyChanges(
  changes: readonly KeyChange[],
  frames: readonly Stretch[],
  heardBySlot: HeardBySlot,
): KeyChangeCheck {
  const faults: string[] = [];
  const count = { heard: 0, required: 0, preRoll: 0, tail: 0 };
  const talks = expectedTalks(changes);
  for (const [slot, heard] of heardBySlot) {
    const ofSlot = talks.filter((talk) => talk.slot === slot);
    const seen = new Set(heard);
    if (seen.size < heard.length) faults.push(`slot ${slot} heard frames twice`);
    frames.forEach((frame, number) => {
      const near = nearTo(ofSlot, frame);
      const isHeard = seen.has(number);
      const where = `slot ${slot}, frame ${number} of ${frame.startMs} to ${frame.endMs} ms`;
      if (isHeard && !near.some((talk) => mayBeHeard(talk, frame))) faults.push(`${where}: leaked`);
      if (!isHeard && near.some((talk) => mustBeHeard(talk, frame))) faults.push(`${where}: lost`);
      const isDown = near.some((talk) => wasDown(talk, frame));
      if (isDown && !isHeard) faults.push(`${where}: lost with the key down`);
      if (!isHeard) return;
      count.heard++;
      if (isDown) count.required++;
      else if (near.every((talk) => frame.endMs <= talk.pressedAtMs)) count.preRoll++;
      else count.tail++;
    });
  }
  return { faults: faults.slice(0, MAX_FAULTS), ...count };
}

function nearTo(talks: readonly ExpectedTalk[], { startMs, endMs }: Stretch): ExpectedTalk[] {
  // Sorted by their press: the first that ends late enough, and those after it that begin in time.
  let low = 0;
  let high = talks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((talks[middle] as ExpectedTalk).endsAtMs < startMs) low = middle + 1;
    else high = middle;
  }
  const near: ExpectedTalk[] = [];
  for (let i = low; i < talks.length; i++) {
    const talk = talks[i] as ExpectedTalk;
    if (talk.pressedAtMs > endMs + 100) break;
    near.push(talk);
  }
  return near;
}
