import { oggChecksum } from './ogg-checksum.js';
import { oggError } from './ogg-error.js';
import {
  CAPTURE_PATTERN,
  MAX_PAGE_BYTES,
  PAGE_HEADER_BYTES,
  parseOggPage,
  type OggPage,
} from './ogg-page.js';

const CAPACITY = 2 * MAX_PAGE_BYTES;
/** Whatever is an Ogg file has a whole page by then. */
const FIRST_PAGE_WITHIN_BYTES = 2 * MAX_PAGE_BYTES;
/** Of wrong checksums: each costs the work of a page, and false heads may stand close together. */
const MIN_WASTE_BYTES = 1 << 20;
const MAX_WASTE_RATIO = 4;

/**
 * Finds pages in bytes that come in chunks of any length. What is damaged is left out: reading goes
 * on with the next page whose checksum is right. Memory is bounded, and so is the work: it grows
 * with the length of the input, whatever is in it.
 */
export class OggPageReader {
  readonly #buffer = new Uint8Array(CAPACITY);
  #start = 0;
  #end = 0;
  #taken = 0;
  #wasted = 0;
  #pages = 0;
  #damaged = 0;

  /** Pages with a wrong checksum. */
  get damaged(): number {
    return this.#damaged;
  }

  /** Throws `ERR_AUDIO_OGG` for what is no Ogg file, or little of one. */
  *add(bytes: Uint8Array): Generator<OggPage> {
    for (let offset = 0; offset < bytes.length;) {
      const room = this.#makeRoom(bytes.length - offset);
      this.#buffer.set(bytes.subarray(offset, offset + room), this.#end);
      this.#end += room;
      this.#taken += room;
      offset += room;
      yield* this.#pagesOf(false);
    }
  }

  /** Nothing comes any more: what waits for the rest of a page is looked through. */
  *end(): Generator<OggPage> {
    yield* this.#pagesOf(true);
    if (this.#pages === 0) throw noOgg();
  }

  #makeRoom(wanted: number): number {
    if (this.#end === CAPACITY) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    return Math.min(wanted, CAPACITY - this.#end);
  }

  *#pagesOf(isEnd: boolean): Generator<OggPage> {
    while (this.#findPattern()) {
      const length = this.#pageLength();
      if (length === null || length > this.#end - this.#start) {
        if (!isEnd) return;
        this.#start += 1;
        continue;
      }
      const bytes = this.#buffer.subarray(this.#start, this.#start + length);
      if (isWhole(bytes)) {
        this.#start += length;
        this.#pages += 1;
        yield parseOggPage(bytes.slice());
      } else {
        this.#refuse(length);
      }
    }
    if (this.#pages === 0 && this.#taken > FIRST_PAGE_WITHIN_BYTES) throw noOgg();
  }

  #refuse(length: number): void {
    this.#start += 1;
    this.#damaged += 1;
    this.#wasted += length;
    if (this.#wasted <= MIN_WASTE_BYTES + MAX_WASTE_RATIO * this.#taken) return;
    throw oggError('too much of it is damaged', 'take another copy');
  }

  /** Leaves the start at the pattern, or at what may become one. */
  #findPattern(): boolean {
    for (; this.#start < this.#end; this.#start++) {
      let matching = 0;
      const most = Math.min(CAPTURE_PATTERN.length, this.#end - this.#start);
      while (
        matching < most &&
        this.#buffer[this.#start + matching] === CAPTURE_PATTERN[matching]
      ) {
        matching += 1;
      }
      if (matching === most) return matching === CAPTURE_PATTERN.length;
    }
    return false;
  }

  /** `null` while its head is not there. */
  #pageLength(): number | null {
    const segmentCount = this.#buffer[this.#start + PAGE_HEADER_BYTES - 1] ?? 0;
    const bodyOffset = PAGE_HEADER_BYTES + segmentCount;
    if (this.#end - this.#start < PAGE_HEADER_BYTES) return null;
    if (this.#end - this.#start < bodyOffset) return null;
    let length = bodyOffset;
    for (let i = PAGE_HEADER_BYTES; i < bodyOffset; i++) {
      length += this.#buffer[this.#start + i] ?? 0;
    }
    return length;
  }
}

function isWhole(page: Uint8Array): boolean {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  return view.getUint8(4) === 0 && view.getUint32(22, true) === oggChecksum(page);
}

function noOgg(): Error {
  return oggError('it has no Ogg page', 'give an .ogg or .opus file');
}
