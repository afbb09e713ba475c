import { buildOggPage, MAX_PAGE_SEGMENTS, MAX_SEGMENT_BYTES } from './ogg-page.js';
import { buildOpusHead, buildOpusTags } from './opus-head.js';

export interface OggOpusWriterOptions {
  /** One whole page at a time, in order. */
  readonly write: (page: Uint8Array) => void;
  /** Default 1. Packets may have either number; this is what players open. */
  readonly channels?: 1 | 2;
  /** For people, such as `{ artist: 'Ann', title: 'Command' }`. */
  readonly comments?: Readonly<Record<string, string>>;
  /** Id of the stream, 32 bits. Default random. */
  readonly serial?: number;
}

/** The delay of an encoder, 6.5 ms: what a decoder makes first is nobody's voice. */
export const PRE_SKIP_SAMPLES = 312;
/** A page is written at the latest with this; who reads along waits no longer. */
const PAGE_SAMPLES = 48_000;

/**
 * Writes an Ogg Opus file (RFC 7845) as it grows: packets go in as they are, pages come out. Cut off
 * anywhere, it is a file of what was written so far.
 */
export class OggOpusWriter {
  readonly #write: (page: Uint8Array) => void;
  readonly #serial: number;
  #sequence = 0;
  #packets: Uint8Array[] = [];
  #segmentCount = 0;
  #pageSamples = 0;
  #samples = 0;
  #ended = false;

  constructor({ write, channels = 1, comments = {}, serial }: OggOpusWriterOptions) {
    this.#write = write;
    this.#serial = serial ?? crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
    this.#writeHead(buildOpusHead({ channels, preSkip: PRE_SKIP_SAMPLES }), true);
    this.#writeHead(buildOpusTags(comments), false);
  }

  /** Samples at 48 kHz of all packets so far. */
  get samples(): number {
    return this.#samples;
  }

  /** @param sampleCount of its sound, at 48 kHz; a page never has more than a second of it */
  add(packet: Uint8Array, sampleCount: number): void {
    if (this.#ended) return;
    const segments = segmentsOf(packet);
    const isFull =
      this.#segmentCount + segments > MAX_PAGE_SEGMENTS ||
      this.#pageSamples + sampleCount > PAGE_SAMPLES;
    if (isFull) this.#flush(false);
    this.#packets.push(packet);
    this.#segmentCount += segments;
    this.#pageSamples += sampleCount;
    this.#samples += sampleCount;
  }

  /** Writes the last page. Idempotent; what is added after it goes nowhere. */
  end(): void {
    if (this.#ended) return;
    this.#flush(true);
    this.#ended = true;
  }

  #flush(last: boolean): void {
    this.#writePage(this.#packets, { granule: this.#samples, first: false, last });
    this.#packets = [];
    this.#segmentCount = 0;
    this.#pageSamples = 0;
  }

  /** The tags may be longer than a page: comments are the app's. */
  #writeHead(packet: Uint8Array, first: boolean): void {
    const pageBytes = MAX_PAGE_SEGMENTS * MAX_SEGMENT_BYTES;
    for (let offset = 0; offset === 0 || offset <= packet.length; offset += pageBytes) {
      const isLast = packet.length - offset < pageBytes;
      const body = packet.subarray(offset, offset + pageBytes);
      const segments = lacing(body.length, isLast);
      const page = { continued: offset > 0, first, last: false, granule: isLast ? 0 : null };
      this.#put({ ...page, segments, body });
    }
  }

  #writePage(
    packets: readonly Uint8Array[],
    flags: { readonly granule: number; readonly first: boolean; readonly last: boolean },
  ): void {
    const body = new Uint8Array(packets.reduce((sum, { length }) => sum + length, 0));
    const segments: number[] = [];
    let offset = 0;
    for (const packet of packets) {
      body.set(packet, offset);
      offset += packet.length;
      segments.push(...lacing(packet.length, true));
    }
    this.#put({ continued: false, ...flags, segments: Uint8Array.from(segments), body });
  }

  #put(page: Omit<Parameters<typeof buildOggPage>[0], 'serial' | 'sequence'>): void {
    this.#write(buildOggPage({ ...page, serial: this.#serial, sequence: this.#sequence }));
    this.#sequence = (this.#sequence + 1) >>> 0;
  }
}

function segmentsOf({ length }: Uint8Array): number {
  return Math.floor(length / MAX_SEGMENT_BYTES) + 1;
}

/** The last segment of a packet is shorter than the others, and may be empty. */
function lacing(bytes: number, ends: boolean): Uint8Array {
  const whole = Math.floor(bytes / MAX_SEGMENT_BYTES);
  const segments = new Uint8Array(ends ? whole + 1 : whole).fill(MAX_SEGMENT_BYTES);
  if (ends) segments[whole] = bytes % MAX_SEGMENT_BYTES;
  return segments;
}
