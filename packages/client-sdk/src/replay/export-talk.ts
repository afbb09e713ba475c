import type { OpusPacket } from '../audio/audio-source.js';
import { SAMPLES_PER_MS } from '../audio/sample-rate.js';
import { SILENCE_10_MS, SILENCE_20_MS } from '../audio/spoken-frame.js';
import { OggOpusWriter } from '../ogg/ogg-opus-writer.js';
import type { KeptTalk } from './kept-talk.js';

/** Its packets, with silence in the place of those that are missing. */
export function packetsOf({ frames }: KeptTalk): readonly OpusPacket[] {
  const packets: OpusPacket[] = [];
  let time = frames[0]?.time ?? 0;
  for (const frame of frames) {
    for (let gapMs = (frame.time - time) / SAMPLES_PER_MS; gapMs >= 10; gapMs -= 20) {
      if (gapMs >= 20) packets.push({ packet: SILENCE_20_MS, durationMs: 20 });
      else packets.push({ packet: SILENCE_10_MS, durationMs: 10 });
    }
    packets.push({ packet: frame.packet, durationMs: frame.durationMs });
    time = frame.time + frame.durationMs * SAMPLES_PER_MS;
  }
  return packets;
}

export function oggOf(talk: KeptTalk, comments: Readonly<Record<string, string>>): Uint8Array {
  const pages: Uint8Array[] = [];
  const channels = talk.source.kind === 'microphone' ? 1 : 2;
  const writer = new OggOpusWriter({ channels, comments, write: (page) => pages.push(page) });
  for (const { packet, durationMs } of packetsOf(talk)) {
    writer.add(packet, durationMs * SAMPLES_PER_MS);
  }
  writer.end();
  const file = new Uint8Array(pages.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const page of pages) {
    file.set(page, offset);
    offset += page.length;
  }
  return file;
}
