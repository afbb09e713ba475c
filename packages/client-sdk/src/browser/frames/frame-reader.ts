import type { EarlierFrame } from '@sidetone/protocol';
import type { OpusFrame } from '../../audio/opus-frame.js';
import {
  COPY_HEAD_BYTES,
  END_FLAG,
  FRAME_FIELD,
  FRAME_HEAD_BYTES,
  NAMES_HEAD_BYTES,
  NAMES_RECORD,
  NO_LEVEL,
  START_FLAG,
  type FrameNames,
} from './frame-record.js';
import { SharedRingReader } from './shared-ring.js';

/** Reads the frames that another thread writes. It has no decoder of text: an audio thread has none. */
export class FrameReader {
  readonly #ring: SharedRingReader;
  readonly #names: FrameNames[] = [];

  constructor(memory: SharedArrayBuffer) {
    this.#ring = new SharedRingReader(memory);
  }

  /** Gives all that are there, in the order in which they were written. */
  read(take: (frame: OpusFrame, arrivedAtMs: number) => void): void {
    for (let at = this.#ring.next(); at >= 0; at = this.#ring.next()) {
      if (this.#ring.view.getInt32(at, true) === NAMES_RECORD) {
        this.#learnNames(at);
        this.#ring.release();
        continue;
      }
      const arrivedAtMs = this.#ring.view.getFloat64(at + FRAME_FIELD.arrivedAt, true);
      const frame = this.#readFrame(at);
      this.#ring.release();
      if (frame) take(frame, arrivedAtMs);
    }
  }

  #learnNames(at: number): void {
    const { view, length } = this.#ring;
    let text = '';
    for (let from = at + NAMES_HEAD_BYTES; from < at + length; from += 2) {
      text += String.fromCharCode(view.getUint16(from, true));
    }
    this.#names[view.getInt32(at + 4, true)] = JSON.parse(text) as FrameNames;
  }

  #readFrame(at: number): OpusFrame | null {
    const { view } = this.#ring;
    const names = this.#names[view.getInt32(at + 4, true)];
    if (!names) return null;
    const flags = view.getInt32(at + FRAME_FIELD.flags, true);
    const level = view.getInt32(at + FRAME_FIELD.level, true);
    const copies = view.getInt32(at + FRAME_FIELD.copies, true);
    const packetLength = view.getInt32(at + FRAME_FIELD.packetLength, true);
    const packetAt = at + FRAME_HEAD_BYTES + COPY_HEAD_BYTES * copies;
    return {
      source: names.source,
      route: names.route,
      seq: view.getFloat64(at + FRAME_FIELD.seq, true),
      time: view.getFloat64(at + FRAME_FIELD.time, true),
      durationMs: view.getInt32(at + FRAME_FIELD.durationMs, true) as OpusFrame['durationMs'],
      start: (flags & START_FLAG) !== 0,
      end: (flags & END_FLAG) !== 0,
      level: level === NO_LEVEL ? null : level,
      packet: this.#copy(packetAt, packetLength),
      ...(copies > 0 && { redundancy: this.#readCopies(at, copies, packetAt + packetLength) }),
    };
  }

  #readCopies(at: number, count: number, packetsAt: number): readonly EarlierFrame[] {
    const { view } = this.#ring;
    let from = packetsAt;
    return Array.from({ length: count }, (_, i) => {
      const head = at + FRAME_HEAD_BYTES + COPY_HEAD_BYTES * i;
      const length = view.getInt32(head + 4, true);
      const packet = this.#copy(from, length);
      from += length;
      return { seqOffset: view.getInt32(head, true), packet };
    });
  }

  /** The ring will be written over. */
  #copy(from: number, length: number): Uint8Array {
    const packet = new Uint8Array(length);
    packet.set(this.#ring.bytes.subarray(from, from + length));
    return packet;
  }
}
