import { expect } from 'chai';
import fc from 'fast-check';
import { opusWasm, parsePacketShape } from '@sidetone/opus-wasm';

const MS = 48;

function toc(configuration: number, code: 0 | 1 | 2 | 3): number {
  return (configuration << 3) | code;
}

describe('The head of an Opus packet', () => {
  it('names the frame duration of each of the 32 configurations', () => {
    const silk = [10, 20, 40, 60];
    const celt = [2.5, 5, 10, 20];
    const durationsMs = [
      ...silk,
      ...silk,
      ...silk,
      10,
      20,
      10,
      20,
      ...celt,
      ...celt,
      ...celt,
      ...celt,
    ];
    durationsMs.forEach((durationMs, configuration) => {
      const shape = parsePacketShape(Uint8Array.of(toc(configuration, 0), 0));
      expect(shape).to.include({ frameCount: 1, sampleCount: durationMs * MS });
    });
  });

  it('names the number of frames', () => {
    expect(parsePacketShape(Uint8Array.of(toc(1, 1), 1, 1))?.frameCount).to.equal(2);
    expect(parsePacketShape(Uint8Array.of(toc(1, 2), 1, 1, 1))?.frameCount).to.equal(2);
    expect(parsePacketShape(Uint8Array.of(toc(1, 3), 0xc5))?.frameCount).to.equal(5);
  });

  it('is refused when it is empty, cut off, without frames or longer than 120 ms', () => {
    for (const packet of [
      [],
      [toc(1, 1), 1],
      [toc(1, 2)],
      [toc(1, 3)],
      [toc(1, 3), 0],
      [toc(1, 3), 7],
      [toc(3, 3), 3],
      [toc(16, 3), 49],
    ]) {
      expect(parsePacketShape(Uint8Array.from(packet)), String(packet)).to.equal(null);
    }
    expect(parsePacketShape(Uint8Array.of(toc(3, 3), 2))?.sampleCount).to.equal(120 * MS);
    expect(parsePacketShape(Uint8Array.of(toc(16, 3), 48))?.sampleCount).to.equal(120 * MS);
  });

  it('is refused on a packet longer than 120 ms at the highest bitrate need', () => {
    expect(parsePacketShape(new Uint8Array(7_662))).not.to.equal(null);
    expect(parsePacketShape(new Uint8Array(7_663))).to.equal(null);
  });

  it('says of any packet that libopus decodes how long it is', () => {
    const codec = opusWasm();
    const bytes = fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 60 }));
    let decoded = 0;
    fc.assert(
      fc.property(bytes, ([first, rest]) => {
        const packet = Uint8Array.of(first, ...rest);
        const decoder = codec.createDecoder({ channels: 1 });
        let samples: number;
        try {
          samples = decoder.decode(packet).length;
        } catch {
          return;
        } finally {
          decoder.close();
        }
        decoded++;
        expect(parsePacketShape(packet)?.sampleCount).to.equal(samples);
      }),
      { numRuns: 3_000 },
    );
    expect(decoded).to.be.above(500);
  });
});
