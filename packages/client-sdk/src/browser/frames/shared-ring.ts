/** Two positions in 32-bit words: up to where it is written, and up to where it is read. */
const HEAD_BYTES = 16;
const WRITTEN = 0;
const READ = 1;
/** Before each record, its length or a mark; records begin at addresses that suit 64-bit numbers. */
const RECORD_HEAD_BYTES = 8;
/** The rest of the ring is left out, because the next record has to be in one piece. */
const GO_TO_START = -1;

/** Memory of a ring; `capacity` is a power of two in bytes. */
export function sharedRingMemory(capacity: number): SharedArrayBuffer {
  return new SharedArrayBuffer(HEAD_BYTES + capacity);
}

/** Both ends have the same memory; each moves one of the positions alone. */
class RingEnd {
  /** For whatever is in the records; positions are addresses in it. */
  readonly view: DataView;
  readonly bytes: Uint8Array;
  protected readonly head: Int32Array;
  protected readonly capacity: number;

  constructor(memory: SharedArrayBuffer) {
    this.head = new Int32Array(memory, 0, HEAD_BYTES / 4);
    this.view = new DataView(memory, HEAD_BYTES);
    this.bytes = new Uint8Array(memory, HEAD_BYTES);
    this.capacity = this.bytes.length;
  }

  /** Positions count on and wrap around at 2^32, of which every capacity is a divisor. */
  protected addressOf(position: number): number {
    return position & (this.capacity - 1);
  }
}

/** The end of the one thread that writes. Nothing waits: what does not fit is refused. */
export class SharedRingWriter extends RingEnd {
  #at: number;
  #begun = 0;

  constructor(memory: SharedArrayBuffer) {
    super(memory);
    this.#at = Atomics.load(this.head, WRITTEN);
  }

  /** Where a record of that many bytes may be written; -1 where there is no room for it now. */
  begin(length: number): number {
    const total = RECORD_HEAD_BYTES + aligned(length);
    const used = (this.#at - Atomics.load(this.head, READ)) | 0;
    const toEnd = this.capacity - this.addressOf(this.#at);
    const skipped = total > toEnd ? toEnd : 0;
    if (used + skipped + total > this.capacity) return -1;
    if (skipped > 0) {
      this.view.setInt32(this.addressOf(this.#at), GO_TO_START, true);
      this.#at = (this.#at + skipped) | 0;
    }
    const address = this.addressOf(this.#at);
    this.view.setInt32(address, length, true);
    this.#begun = total;
    return address + RECORD_HEAD_BYTES;
  }

  /** The record that was begun is there for the reader. */
  commit(): void {
    this.#at = (this.#at + this.#begun) | 0;
    this.#begun = 0;
    Atomics.store(this.head, WRITTEN, this.#at);
  }
}

/** The end of the one thread that reads. */
export class SharedRingReader extends RingEnd {
  #at: number;
  #length = 0;

  constructor(memory: SharedArrayBuffer) {
    super(memory);
    this.#at = Atomics.load(this.head, READ);
  }

  /** Of the record that `next` found, in bytes. */
  get length(): number {
    return this.#length;
  }

  /** Where the next record is; -1 where there is none. It may be overwritten after `release`. */
  next(): number {
    const written = Atomics.load(this.head, WRITTEN);
    if (written === this.#at) return -1;
    let address = this.addressOf(this.#at);
    if (this.view.getInt32(address, true) === GO_TO_START) {
      this.#at = (this.#at + this.capacity - address) | 0;
      address = 0;
    }
    this.#length = this.view.getInt32(address, true);
    return address + RECORD_HEAD_BYTES;
  }

  release(): void {
    this.#at = (this.#at + RECORD_HEAD_BYTES + aligned(this.#length)) | 0;
    Atomics.store(this.head, READ, this.#at);
  }
}

function aligned(length: number): number {
  return (length + 7) & ~7;
}
