import { expect } from 'chai';
import fc from 'fast-check';
import { oggChecksum } from '../../src/ogg/ogg-checksum.js';
import { buildOggPage, type OggPage } from '../../src/ogg/ogg-page.js';
import { OggPageReader } from '../../src/ogg/ogg-page-reader.js';
import { joined } from '../support/ogg-file.js';

const page = (sequence: number, body: Uint8Array): OggPage => ({
  continued: false,
  first: sequence === 0,
  last: false,
  granule: sequence * 960,
  serial: 0xdeadbeef,
  sequence,
  segments: Uint8Array.of(body.length),
  body,
});

const read = (chunks: readonly Uint8Array[]): { pages: OggPage[]; damaged: number } => {
  const reader = new OggPageReader();
  const pages = chunks.flatMap((chunk) => [...reader.add(chunk)]);
  pages.push(...reader.end());
  return { pages, damaged: reader.damaged };
};

describe('Pages of Ogg', () => {
  it('have the checksum of the format, computed bit by bit', () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => (i >= 22 && i < 26 ? 0 : i * 7));
    let expected = 0;
    for (const octet of bytes) {
      for (let bit = 7; bit >= 0; bit--) {
        const top = (expected >>> 31) ^ ((octet >> bit) & 1);
        expected = ((expected << 1) ^ (top === 1 ? 0x04c11db7 : 0)) >>> 0;
      }
    }
    expect(oggChecksum(bytes)).to.equal(expected);
  });

  it('are found however the bytes are cut, with rubbish between them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 254 }), { minLength: 1, maxLength: 6 }),
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 1, max: 700 }),
        (bodies, rubbish, chunkBytes) => {
          const pages = bodies.map((body, sequence) => page(sequence, body));
          const file = joined(pages.flatMap((each) => [buildOggPage(each), rubbish]));
          const chunks: Uint8Array[] = [];
          for (let at = 0; at < file.length; at += chunkBytes) {
            chunks.push(file.subarray(at, at + chunkBytes));
          }
          expect(read(chunks).pages).to.deep.equal(pages);
        },
      ),
    );
  });

  it('are left out when one bit of them is wrong', () => {
    const bodies = [0, 1, 2].map((value) => new Uint8Array(50).fill(value));
    const files = bodies.map((body, sequence) => buildOggPage(page(sequence, body)));
    fc.assert(
      fc.property(fc.nat({ max: (files[1]?.length ?? 0) * 8 - 1 }), (bit) => {
        const broken = files.map((bytes) => bytes.slice());
        const [, second] = broken;
        if (second) second[bit >> 3] = (second[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const { pages } = read([joined(broken)]);
        expect(pages.map(({ sequence }) => sequence)).to.deep.equal([0, 2]);
      }),
    );
  });

  it('are searched for with work that grows with the input alone', () => {
    // Each head claims a page of 65 kB with a wrong checksum.
    const head = new Uint8Array(27 + 255).fill(255);
    head.set([0x4f, 0x67, 0x67, 0x53, 0]);
    const hostile = new Uint8Array(4 << 20);
    hostile.set(buildOggPage(page(0, Uint8Array.of(1))));
    for (let at = 100; at + 300 < hostile.length; at += 60) hostile.set(head.subarray(0, 60), at);
    const reader = new OggPageReader();
    expect(() => [...reader.add(hostile), ...reader.end()])
      .to.throw('too much of it is damaged')
      .with.property('code', 'ERR_AUDIO_OGG');
  });

  it('have to be there within the first 128 KiB, or it is no Ogg file', () => {
    const reader = new OggPageReader();
    const endless = function* (): Generator<Uint8Array> {
      for (;;) yield new Uint8Array(1_000);
    };
    let chunks = 0;
    expect(() => {
      for (const chunk of endless()) {
        chunks += 1;
        for (const found of reader.add(chunk)) throw new Error(String(found.serial));
      }
    }).to.throw('no Ogg page');
    expect(chunks).to.be.below(150);
    expect(() => [...new OggPageReader().end()]).to.throw('no Ogg page');
  });
});
