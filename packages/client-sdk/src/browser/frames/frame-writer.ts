import type { OpusFrame } from '../../audio/opus-frame.js';
import {
  COPY_HEAD_BYTES,
  END_FLAG,
  FRAME_FIELD,
  FRAME_HEAD_BYTES,
  FRAME_RECORD,
  MOST_NAMES,
  NAMES_HEAD_BYTES,
  NAMES_RECORD,
  NO_LEVEL,
  START_FLAG,
  type FrameNames,
} from './frame-record.js';
import { SharedRingWriter } from './shared-ring.js';

/** Writes frames to memory that another thread reads. */
export class FrameWriter {
  readonly #ring: SharedRingWriter;
  /** Numbers by what they stand for; the first one is the oldest. */
  readonly #numbers = new Map<string, number>();
  #nextNumber = 0;
  /** Most frames have the names of one written before, whose objects are the same ones. */
  readonly #keys = new WeakMap<object, string>();

  constructor(memory: SharedArrayBuffer) {
    this.#ring = new SharedRingWriter(memory);
  }

  /** False where the memory is full: nobody reads. */
  write(frame: OpusFrame, arrivedAtMs: number): boolean {
    const names = this.#numberOf(frame);
    if (names < 0) return false;
    const { packet, redundancy = [] } = frame;
    const headLength = FRAME_HEAD_BYTES + COPY_HEAD_BYTES * redundancy.length;
    const length = redundancy.reduce((sum, copy) => sum + copy.packet.length, packet.length);
    const at = this.#ring.begin(headLength + length);
    if (at < 0) return false;
    this.#writeHead(frame, names, arrivedAtMs, at);
    let to = at + headLength;
    this.#ring.bytes.set(packet, to);
    to += packet.length;
    redundancy.forEach((copy, i) => {
      const { view, bytes } = this.#ring;
      view.setInt32(at + FRAME_HEAD_BYTES + COPY_HEAD_BYTES * i, copy.seqOffset, true);
      view.setInt32(at + FRAME_HEAD_BYTES + COPY_HEAD_BYTES * i + 4, copy.packet.length, true);
      bytes.set(copy.packet, to);
      to += copy.packet.length;
    });
    this.#ring.commit();
    return true;
  }

  #writeHead(frame: OpusFrame, names: number, arrivedAtMs: number, at: number): void {
    const { view } = this.#ring;
    view.setInt32(at, FRAME_RECORD, true);
    view.setInt32(at + 4, names, true);
    view.setFloat64(at + FRAME_FIELD.seq, frame.seq, true);
    view.setFloat64(at + FRAME_FIELD.time, frame.time, true);
    view.setFloat64(at + FRAME_FIELD.arrivedAt, arrivedAtMs, true);
    view.setInt32(at + FRAME_FIELD.durationMs, frame.durationMs, true);
    view.setInt32(at + FRAME_FIELD.level, frame.level ?? NO_LEVEL, true);
    const flags = (frame.start ? START_FLAG : 0) | (frame.end ? END_FLAG : 0);
    view.setInt32(at + FRAME_FIELD.flags, flags, true);
    view.setInt32(at + FRAME_FIELD.packetLength, frame.packet.length, true);
    view.setInt32(at + FRAME_FIELD.copies, frame.redundancy?.length ?? 0, true);
  }

  /** -1 where there is no room to tell what a new number stands for. */
  #numberOf({ source, route }: OpusFrame): number {
    const key = `${this.#keyOf(source)}${this.#keyOf(route)}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#nextNumber;
    if (!this.#writeNames({ source, route }, number)) return -1;
    this.#nextNumber = (number + 1) % MOST_NAMES;
    if (this.#numbers.size === MOST_NAMES) this.#forgetOldest();
    this.#numbers.set(key, number);
    return number;
  }

  #forgetOldest(): void {
    const [oldest] = this.#numbers.keys();
    if (oldest !== undefined) this.#numbers.delete(oldest);
  }

  #keyOf(name: object): string {
    let key = this.#keys.get(name);
    if (key === undefined) {
      key = JSON.stringify(name);
      this.#keys.set(name, key);
    }
    return key;
  }

  #writeNames(names: FrameNames, number: number): boolean {
    const text = JSON.stringify(names);
    const at = this.#ring.begin(NAMES_HEAD_BYTES + 2 * text.length);
    if (at < 0) return false;
    const { view } = this.#ring;
    view.setInt32(at, NAMES_RECORD, true);
    view.setInt32(at + 4, number, true);
    for (let i = 0; i < text.length; i++) {
      view.setUint16(at + NAMES_HEAD_BYTES + 2 * i, text.charCodeAt(i), true);
    }
    this.#ring.commit();
    return true;
  }
}
