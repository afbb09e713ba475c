import type { ReceivedFrame } from './received-frame.js';

/** Numbers that can wait at once: more than two seconds of the shortest frames. */
export const RING_FRAMES = 256;
const NO_PACKET = new Uint8Array(0);

/** A frame that waits for its turn. The ring fills the same objects again and again. */
export interface WaitingFrame<Frame> {
  seq: number;
  /** What brought it; `null` while the place is free. */
  frame: Frame | null;
  packet: Uint8Array;
  /** Media time in ms. */
  mediaMs: number;
  durationMs: number;
  start: boolean;
  end: boolean;
  /** False for a copy out of a later frame. */
  own: boolean;
  arrivedAt: number;
}

export type RingPlacement = 'stored' | 'present' | 'old';

/** Frames by number, at most `RING_FRAMES` apart. */
export class FrameRing<Frame extends ReceivedFrame> {
  readonly #places: readonly WaitingFrame<Frame>[] = Array.from({ length: RING_FRAMES }, () =>
    free<Frame>(),
  );
  #count = 0;
  #lowest = 0;
  #highest = 0;
  #dropped = 0;

  /** Frames that had to make room for ones far ahead. */
  get dropped(): number {
    return this.#dropped;
  }

  get first(): WaitingFrame<Frame> | null {
    return this.#count === 0 ? null : this.get(this.#lowest);
  }

  get(seq: number): WaitingFrame<Frame> | null {
    const place = this.#places[seq % RING_FRAMES];
    return place?.seq === seq ? place : null;
  }

  /** A frame as it came; takes the place of a copy and of an empty one. */
  put(frame: Frame, nowMs: number): RingPlacement {
    const present = this.get(frame.seq);
    if (!present) return this.#fill(frame, frame.seq, frame.packet, true, nowMs);
    if (frame.packet.length === 0) {
      present.end = true;
      return 'stored';
    }
    if (present.own && present.packet.length > 0) return 'present';
    const { arrivedAt } = present;
    write(present, frame, frame.seq, frame.packet, true);
    present.arrivedAt = arrivedAt;
    return 'stored';
  }

  /** A copy of an earlier frame out of a later one. */
  putCopy(carrier: Frame, seqOffset: number, packet: Uint8Array, nowMs: number): RingPlacement {
    const seq = carrier.seq - seqOffset;
    const present = this.get(seq);
    if (present && present.packet.length > 0) return 'present';
    return this.#fill(carrier, seq, packet, false, nowMs);
  }

  release(place: WaitingFrame<Frame>): void {
    const { seq } = place;
    place.seq = -1;
    place.frame = null;
    place.packet = NO_PACKET;
    this.#count -= 1;
    if (this.#count === 0 || seq !== this.#lowest) return;
    while (!this.get(this.#lowest)) this.#lowest += 1;
  }

  #fill(frame: Frame, seq: number, packet: Uint8Array, own: boolean, nowMs: number): RingPlacement {
    if (this.#count > 0 && this.#highest - seq >= RING_FRAMES) return 'old';
    while (this.#count > 0 && seq - this.#lowest >= RING_FRAMES) this.#dropFirst();
    const place = this.#places[seq % RING_FRAMES];
    if (!place) return 'old';
    if (place.seq !== seq) this.#occupy(seq);
    write(place, frame, seq, packet, own);
    place.arrivedAt = nowMs;
    return 'stored';
  }

  #occupy(seq: number): void {
    this.#lowest = this.#count === 0 ? seq : Math.min(this.#lowest, seq);
    this.#highest = this.#count === 0 ? seq : Math.max(this.#highest, seq);
    this.#count += 1;
  }

  #dropFirst(): void {
    const { first } = this;
    if (!first) return;
    this.release(first);
    this.#dropped += 1;
  }
}

function free<Frame>(): WaitingFrame<Frame> {
  return {
    seq: -1,
    frame: null,
    packet: NO_PACKET,
    mediaMs: 0,
    durationMs: 0,
    start: false,
    end: false,
    own: false,
    arrivedAt: 0,
  };
}

function write<Frame extends ReceivedFrame>(
  place: WaitingFrame<Frame>,
  frame: Frame,
  seq: number,
  packet: Uint8Array,
  own: boolean,
): void {
  place.seq = seq;
  place.frame = frame;
  place.packet = packet;
  place.durationMs = frame.durationMs;
  place.mediaMs = frame.time / 48 - (frame.seq - seq) * frame.durationMs;
  place.start = own && frame.start;
  place.end = own && frame.end;
  place.own = own;
}
