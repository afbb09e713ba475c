import { OggOpusWriter, type OggOpusWriterOptions } from '../../src/ogg/ogg-opus-writer.js';
import { OggPageReader } from '../../src/ogg/ogg-page-reader.js';
import type { OggPage } from '../../src/ogg/ogg-page.js';

/** An Ogg Opus file as `OggOpusWriter` makes it. */
export function oggFile(
  packets: readonly Uint8Array[],
  sampleCount = 960,
  options: Partial<OggOpusWriterOptions> = {},
): Uint8Array {
  const pages: Uint8Array[] = [];
  const writer = new OggOpusWriter({ serial: 7, ...options, write: (page) => pages.push(page) });
  for (const packet of packets) writer.add(packet, sampleCount);
  writer.end();
  return joined(pages);
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export function pagesOf(file: Uint8Array): OggPage[] {
  const reader = new OggPageReader();
  return [...reader.add(file), ...reader.end()];
}
