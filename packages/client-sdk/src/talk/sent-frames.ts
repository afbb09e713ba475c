import {
  andThen,
  fitEarlierFrames,
  MAX_EARLIER_FRAMES,
  MAX_EARLIER_OFFSET,
  type EarlierFrame,
  type MaybePromise,
} from '@sidetone/protocol';
import { TICKS_PER_MS, type FrameStamp } from './source-timeline.js';
import type { OutgoingFrame } from './talk-sender.js';

interface SentFrame {
  readonly frame: OutgoingFrame;
  readonly stamp: FrameStamp;
}

const SEQ_RANGE = 2 ** 16;
const TIME_RANGE = 2 ** 32;
const NONE: readonly EarlierFrame[] = [];
/**
 * 200 kbit/s of payloads: the server takes 256 on a handle, and counts the heads of the frames too.
 */
const MAX_BYTES_PER_MS = 25;

/**
 * What has gone out on each lane in its present talkspurt. Kept by lane and not by source: an
 * earlier frame that went to one net only must not be heard on another.
 */
export class SentFrames {
  readonly #byHandle = new Map<number, SentFrame[]>();

  /**
   * Remembers the frame, and says which earlier ones it can carry along, nearest first.
   * @param start the talkspurt begins here
   */
  add(
    handle: number,
    start: boolean,
    frame: OutgoingFrame,
    stamp: FrameStamp,
    count: number,
  ): MaybePromise<readonly EarlierFrame[]> {
    const sent = start ? [] : (this.#byHandle.get(handle) ?? []);
    const earlier = count === 0 ? NONE : earlierOf(sent, frame, stamp, count);
    sent.unshift({ frame, stamp });
    if (sent.length > MAX_EARLIER_FRAMES) sent.pop();
    this.#byHandle.set(handle, sent);
    return earlier;
  }

  forget(handle: number): void {
    this.#byHandle.delete(handle);
  }

  clear(): void {
    this.#byHandle.clear();
  }
}

function earlierOf(
  sent: readonly SentFrame[],
  { packet, durationMs }: OutgoingFrame,
  stamp: FrameStamp,
  count: number,
): MaybePromise<readonly EarlierFrame[]> {
  const seqOffsets: number[] = [];
  const packets = [packet];
  for (const { frame, stamp: before } of sent.slice(0, count)) {
    const seqOffset = wrapped(stamp.seq - before.seq, SEQ_RANGE);
    const ticks = wrapped(stamp.time - before.time, TIME_RANGE);
    const follows = ticks === seqOffset * durationMs * TICKS_PER_MS;
    if (!follows || frame.durationMs !== durationMs) break;
    if (seqOffset < 1 || seqOffset > MAX_EARLIER_OFFSET) break;
    seqOffsets.push(seqOffset);
    packets.push(frame.packet);
  }
  return andThen(allOf(packets), ([own, ...earlier]) => {
    const frames = earlier.map((each, i) => ({ seqOffset: seqOffsets[i] ?? 0, packet: each }));
    return fitEarlierFrames(frames, own?.length ?? 0, MAX_BYTES_PER_MS * durationMs);
  });
}

function allOf<T>(values: readonly MaybePromise<T>[]): MaybePromise<T[]> {
  const isThere = (value: MaybePromise<T>): value is T => !(value instanceof Promise);
  return values.every(isThere) ? [...values] : Promise.all(values);
}

function wrapped(difference: number, range: number): number {
  return ((difference % range) + range) % range;
}
