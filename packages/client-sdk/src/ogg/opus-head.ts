import { oggError } from './ogg-error.js';

/** What the first packet of an Ogg Opus stream says (RFC 7845, section 5.1). */
export interface OpusHead {
  readonly channels: 1 | 2;
  /** Samples at 48 kHz that are decoded and not played. */
  readonly preSkip: number;
  /** To be applied to what is decoded. */
  readonly gainDb: number;
}

const HEAD_BYTES = 19;
const HEAD_MAGIC = 'OpusHead';
const TAGS_MAGIC = 'OpusTags';
const GAIN_STEPS_PER_DB = 256;
const VENDOR = 'Sidetone';

const encoder = new TextEncoder();

export function isOpusHead(packet: Uint8Array): boolean {
  return startsWith(packet, HEAD_MAGIC);
}

export function isOpusTags(packet: Uint8Array): boolean {
  return startsWith(packet, TAGS_MAGIC);
}

/** Throws `ERR_AUDIO_OGG` for surround sound and for versions to come. */
export function parseOpusHead(packet: Uint8Array): OpusHead {
  if (packet.length < HEAD_BYTES) throw oggError('its head is cut off', 'take another copy');
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const version = view.getUint8(8);
  // The upper four bits change with what older readers cannot read.
  if (version >> 4 !== 0) {
    throw oggError(`its version "${version}" is unknown`, 'convert it with opusenc or ffmpeg');
  }
  const channels = view.getUint8(9);
  if ((channels !== 1 && channels !== 2) || view.getUint8(18) !== 0) {
    throw oggError(`it has "${channels}" channels`, 'convert it to mono or stereo');
  }
  return {
    channels,
    preSkip: view.getUint16(10, true),
    gainDb: view.getInt16(16, true) / GAIN_STEPS_PER_DB,
  };
}

/** The gain is 0 dB, the sampling rate that of what is said, 48 kHz. */
export function buildOpusHead({ channels, preSkip }: Omit<OpusHead, 'gainDb'>): Uint8Array {
  const packet = new Uint8Array(HEAD_BYTES);
  packet.set(encoder.encode(HEAD_MAGIC));
  const view = new DataView(packet.buffer);
  view.setUint8(8, 1);
  view.setUint8(9, channels);
  view.setUint16(10, preSkip, true);
  view.setUint32(12, 48_000, true);
  return packet;
}

/** The second packet (RFC 7845, section 5.2): who wrote it, and `NAME=value` for each comment. */
export function buildOpusTags(comments: Readonly<Record<string, string>>): Uint8Array {
  const texts = Object.entries(comments).map(([name, value]) =>
    encoder.encode(`${name.toUpperCase()}=${value}`),
  );
  const vendor = encoder.encode(VENDOR);
  const length = [vendor, ...texts].reduce((sum, text) => sum + 4 + text.length, 8 + 4);
  const packet = new Uint8Array(length);
  const view = new DataView(packet.buffer);
  packet.set(encoder.encode(TAGS_MAGIC));
  let offset = writeText(packet, 8, vendor);
  view.setUint32(offset, texts.length, true);
  offset += 4;
  for (const text of texts) offset = writeText(packet, offset, text);
  return packet;
}

function writeText(packet: Uint8Array, offset: number, text: Uint8Array): number {
  new DataView(packet.buffer).setUint32(offset, text.length, true);
  packet.set(text, offset + 4);
  return offset + 4 + text.length;
}

function startsWith(packet: Uint8Array, magic: string): boolean {
  return encoder.encode(magic).every((octet, i) => packet[i] === octet);
}
