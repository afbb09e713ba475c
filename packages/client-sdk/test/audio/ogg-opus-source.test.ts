import { opusWasm } from '@sidetone/opus-wasm';
import { expect } from 'chai';
import { oggOpusSource, oggSamplesSource } from '../../src/audio/ogg-opus-source.js';
import type { OpusPacket } from '../../src/audio/audio-source.js';
import { buildOggPage } from '../../src/ogg/ogg-page.js';
import { joined, oggFile, pagesOf } from '../support/ogg-file.js';
import { opusPackets } from '../support/opus-packets.js';

const codec = opusWasm();

async function sent(file: Parameters<typeof oggOpusSource>[0]): Promise<OpusPacket[]> {
  const packets: OpusPacket[] = [];
  for await (const packet of oggOpusSource(file).packets()) packets.push(packet);
  return packets;
}

async function played(file: Uint8Array, channels: 1 | 2 = 1): Promise<number[]> {
  const heard: number[] = [];
  for await (const part of oggSamplesSource(file, { codec, channels }).samples()) {
    heard.push(...part);
  }
  return heard;
}

/** Several packets of one frame each as one packet, with their lengths in it or of equal length. */
function bundled(packets: readonly Uint8Array[], padding = 0): Uint8Array {
  const frames = packets.map((packet) => packet.subarray(1));
  const lengths = frames.slice(0, -1).flatMap(({ length }) => {
    return length < 252 ? [length] : [252 + (length & 3), (length - 252 - (length & 3)) / 4];
  });
  const toc = ((packets[0]?.[0] ?? 0) & ~3) | 3;
  const count = 0x80 | (padding > 0 ? 0x40 : 0) | packets.length;
  const paddingHead = padding > 0 ? [padding] : [];
  return joined([
    Uint8Array.from([toc, count, ...paddingHead, ...lengths]),
    ...frames,
    new Uint8Array(padding),
  ]);
}

describe('An Ogg Opus file as a source', () => {
  for (const durationMs of [10, 20, 40, 60] as const) {
    it(`is sent as it is where packets last ${durationMs} ms`, async () => {
      const packets = opusPackets(30, durationMs);
      const heard = await sent(oggFile(packets, durationMs * 48));
      expect(heard).to.deep.equal(packets.map((packet) => ({ packet, durationMs })));
    });
  }

  it('may come as a stream, in any pieces', async () => {
    const packets = opusPackets(80);
    const file = oggFile(packets);
    const pieces = Array.from({ length: Math.ceil(file.length / 100) }, (_, i) =>
      file.subarray(100 * i, 100 * i + 100),
    );
    const heard = await sent(new Blob(pieces as BlobPart[]).stream());
    expect(heard.map(({ packet }) => packet)).to.deep.equal(packets);
  });

  it('is sent in parts where packets are longer than the wire knows, bit by bit the same', async () => {
    // Frames of one packet are of one mode, which an encoder may change between packets.
    const all = opusPackets(60);
    const packets = all.filter(([toc]) => toc === all.at(-1)?.[0]).slice(0, 24);
    expect(packets).to.have.length(24);
    for (const [count, padding] of [
      [4, 0],
      [5, 0],
      [6, 9],
    ] as const) {
      const long: Uint8Array[] = [];
      for (let i = 0; i < 24; i += count) long.push(bundled(packets.slice(i, i + count), padding));
      const heard = await sent(oggFile(long, count * 960));
      expect(heard).to.deep.equal(packets.map((packet) => ({ packet, durationMs: 20 })));
    }
  });

  it('is refused before the talk where frames are too short, and played decoded', async () => {
    // 2.5 ms of CELT.
    const file = oggFile([Uint8Array.of(0xe0, 0xff, 0xfe)], 120);
    expect(() => oggOpusSource(file))
      .to.throw('frames of "2.5" ms')
      .with.property('code', 'ERR_AUDIO_OGG');
    expect(await played(file)).to.deep.equal([]);
  });

  it('is refused before the talk where it is no Ogg Opus file', () => {
    for (const bytes of [new Uint8Array(0), new TextEncoder().encode('RIFF....WAVE')]) {
      expect(() => oggOpusSource(bytes)).to.throw('no Ogg page');
      expect(() => oggSamplesSource(bytes, { codec })).to.throw('no Ogg page');
    }
  });

  it('is refused where a frame is longer than a datagram', () => {
    const long = joined([Uint8Array.of(0xf8), new Uint8Array(1_250)]);
    expect(() => oggOpusSource(oggFile([long]))).to.throw('longer than a datagram');
  });

  it('leaves out what is beyond the end, and all but 80 ms of what comes before the beginning', async () => {
    const packets = opusPackets(60);
    const file = joined(
      pagesOf(oggFile(packets)).map((page) => {
        const body = page.body.slice();
        // 200 ms to be skipped, and an end within the 51st packet.
        if (page.first) new DataView(body.buffer).setUint16(10, 9_600, true);
        return buildOggPage({ ...page, body, granule: page.last ? 48_500 : page.granule });
      }),
    );
    expect((await sent(file)).map(({ packet }) => packet)).to.deep.equal(packets.slice(6, 51));
    expect(await played(file)).to.have.length(48_500 - 9_600);
  });

  it('is decoded to exactly the samples that a player plays', async () => {
    const packets = opusPackets(20, 20, 2);
    const decoder = codec.createDecoder({ channels: 2 });
    const whole = packets.flatMap((packet) => [...decoder.decode(packet)]);
    const file = oggFile(packets, 960, { channels: 2 });
    expect(await played(file, 2)).to.deep.equal(whole.slice(2 * 312));
  });

  it('is decoded with the gain of its head', async () => {
    const file = oggFile(opusPackets(20));
    const quiet = joined(
      pagesOf(file).map((page) => {
        const body = page.body.slice();
        if (page.first) new DataView(body.buffer).setInt16(16, -6 * 256, true);
        return buildOggPage({ ...page, body });
      }),
    );
    const [loud, soft] = [await played(file), await played(quiet)];
    loud.forEach((sample, i) => expect(soft[i]).to.be.closeTo(sample * 10 ** (-6 / 20), 1e-6));
  });
});
