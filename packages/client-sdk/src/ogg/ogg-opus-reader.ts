import { parsePacketShape } from '@sidetone/opus-wasm';
import { oggError } from './ogg-error.js';
import type { OggPage } from './ogg-page.js';
import { OggPageReader } from './ogg-page-reader.js';
import { isOpusHead, isOpusTags, parseOpusHead, type OpusHead } from './opus-head.js';
import { PacketAssembler } from './packet-assembler.js';

/** One packet of sound, with what of it is to be heard. Counts are of samples at 48 kHz. */
export interface OggOpusPacket {
  readonly packet: Uint8Array;
  /** Of its stream: another object where a chained file goes on with another one. */
  readonly head: OpusHead;
  readonly sampleCount: number;
  /** To be left out at its beginning: what the decoder needs to get going. */
  readonly skipped: number;
  /** What is to be left out from here on, this packet included. */
  readonly skippedFromHere: number;
  /** To be left out at its end: beyond the end of the recording. */
  readonly trimmed: number;
}

interface LogicalStream {
  readonly serial: number;
  readonly head: OpusHead;
  readonly assembler: PacketAssembler;
  tagsSeen: boolean;
  /** Where the next packet begins; `null` before the first page of sound that says where it ends. */
  position: number | null;
  /** Of samples, that have been read. */
  read: number;
  ended: boolean;
}

/**
 * Reads the packets of Ogg Opus files (RFC 7845), one stream after the other where several are
 * chained. Streams beside the first Opus stream are left out, and so is what is damaged.
 */
export class OggOpusReader {
  readonly #pages = new OggPageReader();
  #stream: LogicalStream | null = null;
  #damagedPackets = 0;

  /** Pages and packets that were left out. */
  get damaged(): number {
    return this.#pages.damaged + this.#damagedPackets;
  }

  /** Throws `ERR_AUDIO_OGG` for what is no Ogg Opus file. */
  *add(bytes: Uint8Array): Generator<OggOpusPacket> {
    for (const page of this.#pages.add(bytes)) yield* this.#packetsOf(page);
  }

  /** Nothing comes any more. */
  *end(): Generator<OggOpusPacket> {
    for (const page of this.#pages.end()) yield* this.#packetsOf(page);
    if (this.#stream === null) throw noOpus();
  }

  *#packetsOf(page: OggPage): Generator<OggOpusPacket> {
    if (page.first) return this.#begin(page);
    const stream = this.#stream;
    // All streams that run side by side have begun before the first page that goes on with one.
    if (stream === null) throw noOpus();
    if (page.serial !== stream.serial || stream.ended) return;
    const isGap = stream.assembler.hasGapBefore(page);
    const sound = stream.assembler.add(page).flatMap(({ bytes }) => this.#soundOf(stream, bytes));
    yield* placed(stream, page, sound, isGap);
    if (page.last) stream.ended = true;
  }

  #begin(page: OggPage): void {
    const current = this.#stream;
    const isBeside = current !== null && !current.ended && !current.tagsSeen;
    if (isBeside || !isOpusHead(page.body)) return;
    const assembler = new PacketAssembler();
    const bytes = assembler.add(page)[0]?.bytes ?? page.body;
    this.#stream = {
      serial: page.serial,
      head: parseOpusHead(bytes),
      assembler,
      tagsSeen: false,
      position: null,
      read: 0,
      ended: page.last,
    };
  }

  #soundOf(stream: LogicalStream, bytes: Uint8Array | null): Sound[] {
    if (!stream.tagsSeen) {
      stream.tagsSeen = true;
      if (bytes === null || isOpusTags(bytes)) return [];
    }
    const shape = bytes && parsePacketShape(bytes);
    if (bytes && shape) return [{ packet: bytes, sampleCount: shape.sampleCount }];
    this.#damagedPackets += 1;
    return [];
  }
}

interface Sound {
  readonly packet: Uint8Array;
  readonly sampleCount: number;
}

/** Which samples of the packets of a page are to be heard (RFC 7845, section 4). */
function* placed(
  stream: LogicalStream,
  page: OggPage,
  sound: readonly Sound[],
  isGap: boolean,
): Generator<OggOpusPacket> {
  if (sound.length === 0) return;
  const total = sound.reduce((sum, { sampleCount }) => sum + sampleCount, 0);
  if (page.granule !== null && (stream.position === null || isGap)) {
    // Less than there is: a page that is first and last at once, and says where it is cut.
    stream.position = Math.max(0, page.granule - total);
  }
  let position = stream.position ?? 0;
  const endsAt = page.last && page.granule !== null ? page.granule : Infinity;
  for (const { packet, sampleCount } of sound) {
    const skippedFromHere = Math.max(0, stream.head.preSkip - stream.read);
    position += sampleCount;
    stream.read += sampleCount;
    const skipped = Math.min(sampleCount, skippedFromHere);
    const trimmed = Math.min(sampleCount - skipped, Math.max(0, position - endsAt));
    yield { packet, head: stream.head, sampleCount, skipped, skippedFromHere, trimmed };
  }
  stream.position = position;
}

function noOpus(): Error {
  return oggError('it holds no Opus', 'convert it with opusenc or ffmpeg');
}
