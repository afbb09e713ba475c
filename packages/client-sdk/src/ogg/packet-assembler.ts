import type { OggPage } from './ogg-page.js';
import { MAX_SEGMENT_BYTES } from './ogg-page.js';

/** No packet of sound is longer; comments may be, with pictures in them. */
const MAX_PACKET_BYTES = 61_440;

/** A packet that ended; `bytes` is `null` where it was longer than any packet of sound. */
export interface AssembledPacket {
  readonly bytes: Uint8Array | null;
}

/** Puts the packets of one stream together from its pages, which may cut them anywhere. */
export class PacketAssembler {
  #parts: Uint8Array[] = [];
  #length = 0;
  #sequence: number | null = null;
  /** The last packet goes on on the next page. */
  #isOpen = false;

  /** Whether pages are missing before this one; `add` it after asking. */
  hasGapBefore({ sequence }: OggPage): boolean {
    return this.#sequence !== null && sequence !== (this.#sequence + 1) >>> 0;
  }

  /** The packets that end on this page. One whose beginning is missing is left out. */
  add(page: OggPage): AssembledPacket[] {
    const goesOn = page.continued && this.#isOpen && !this.hasGapBefore(page);
    if (!goesOn) this.#drop();
    this.#sequence = page.sequence;
    return this.#cut(page, page.continued && !goesOn);
  }

  #cut({ segments, body }: OggPage, isHeadless: boolean): AssembledPacket[] {
    const packets: AssembledPacket[] = [];
    let skips = isHeadless;
    let [from, to] = [0, 0];
    for (const length of segments) {
      to += length;
      if (length === MAX_SEGMENT_BYTES) continue;
      this.#keep(body.subarray(from, to));
      if (!skips) packets.push({ bytes: this.#take() });
      this.#drop();
      skips = false;
      from = to;
    }
    this.#isOpen = from < to && !skips;
    if (this.#isOpen) this.#keep(body.subarray(from, to));
    return packets;
  }

  #keep(part: Uint8Array): void {
    this.#length += part.length;
    if (this.#length <= MAX_PACKET_BYTES) this.#parts.push(part);
    else this.#parts = [];
  }

  #take(): Uint8Array | null {
    if (this.#length > MAX_PACKET_BYTES) return null;
    const packet = new Uint8Array(this.#length);
    let offset = 0;
    for (const part of this.#parts) {
      packet.set(part, offset);
      offset += part.length;
    }
    return packet;
  }

  #drop(): void {
    this.#parts = [];
    this.#length = 0;
  }
}
