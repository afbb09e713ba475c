import { expect } from 'chai';
import fc from 'fast-check';
import { OggOpusReader, type OggOpusPacket } from '../../src/ogg/ogg-opus-reader.js';
import { buildOggPage } from '../../src/ogg/ogg-page.js';
import { PRE_SKIP_SAMPLES } from '../../src/ogg/ogg-opus-writer.js';
import { joined, oggFile, pagesOf } from '../support/ogg-file.js';
import { opusPackets } from '../support/opus-packets.js';

function readFile(file: Uint8Array, chunkBytes = file.length): OggOpusPacket[] {
  const reader = new OggOpusReader();
  const packets: OggOpusPacket[] = [];
  for (let at = 0; at < file.length; at += chunkBytes) {
    packets.push(...reader.add(file.subarray(at, at + chunkBytes)));
  }
  packets.push(...reader.end());
  return packets;
}

const bytesOf = (packets: readonly OggOpusPacket[]): Uint8Array[] =>
  packets.map(({ packet }) => packet);

/** The same file with other values in some of its pages, and checksums that are right again. */
function changed(
  file: Uint8Array,
  change: (page: ReturnType<typeof pagesOf>[number], index: number) => object,
): Uint8Array {
  return joined(
    pagesOf(file).map((page, index) => buildOggPage({ ...page, ...change(page, index) })),
  );
}

describe('Ogg Opus files', () => {
  it('give back the packets that were written, whatever their lengths', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 0, maxLength: 1_200 }), { maxLength: 120 }),
        fc.integer({ min: 1, max: 5_000 }),
        (bodies, chunkBytes) => {
          // 20 ms of CELT, one frame: any bytes may follow.
          const packets = bodies.map((body) => joined([Uint8Array.of(0xf8), body]));
          expect(bytesOf(readFile(oggFile(packets), chunkBytes))).to.deep.equal(packets);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('have pages of a second at most, numbered, with the position at the end of each', () => {
    const packets = opusPackets(180);
    const pages = pagesOf(oggFile(packets, 960, { comments: { artist: 'Ann', title: 'Command' } }));
    expect(pages.map(({ sequence }) => sequence)).to.deep.equal([0, 1, 2, 3, 4, 5]);
    expect(pages.map(({ first }) => first)).to.deep.equal([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
    expect(pages.map(({ last }) => last)).to.deep.equal([false, false, false, false, false, true]);
    expect(pages.map(({ granule }) => granule)).to.deep.equal([
      0, 0, 48_000, 96_000, 144_000, 172_800,
    ]);
    const [head, tags] = pages.map(({ body }) => Buffer.from(body).toString('latin1'));
    expect(head?.slice(0, 8)).to.equal('OpusHead');
    expect(head?.length).to.equal(19);
    expect(tags?.slice(0, 8)).to.equal('OpusTags');
    expect(tags).to.include('ARTIST=Ann').and.to.include('TITLE=Command');
  });

  it('may have comments longer than a page', () => {
    const packets = opusPackets(3);
    for (const length of [65_025 - 40, 65_025, 65_026, 200_000]) {
      const file = oggFile(packets, 960, { comments: { note: 'x'.repeat(length) } });
      expect(bytesOf(readFile(file)), String(length)).to.deep.equal(packets);
    }
  });

  it('say which samples a decoder needs only to get going', () => {
    const [first, second] = readFile(oggFile(opusPackets(2)));
    expect(first?.skipped).to.equal(PRE_SKIP_SAMPLES);
    expect(second?.skipped).to.equal(0);
  });

  it('end where the position on the last page says', () => {
    const file = changed(oggFile(opusPackets(10)), ({ last }) => (last ? { granule: 7_000 } : {}));
    const packets = readFile(file);
    expect(packets.map(({ trimmed }) => trimmed)).to.deep.equal([
      0, 0, 0, 0, 0, 0, 0, 680, 960, 960,
    ]);
  });

  it('may begin in the middle of a programme', () => {
    const file = changed(oggFile(opusPackets(60)), ({ granule }) =>
      granule ? { granule: granule + 5_000_000 } : {},
    );
    const packets = readFile(file);
    expect(packets).to.have.length(60);
    expect(packets.every(({ trimmed }) => trimmed === 0)).to.equal(true);
  });

  it('may be chained, with another head each', () => {
    const [ann, ben] = [opusPackets(70), opusPackets(30, 20, 2)];
    const file = joined([oggFile(ann), oggFile(ben, 960, { serial: 8, channels: 2 })]);
    const packets = readFile(file, 777);
    expect(bytesOf(packets)).to.deep.equal([...ann, ...ben]);
    expect([packets[0]?.head.channels, packets[99]?.head.channels]).to.deep.equal([1, 2]);
    expect(packets[70]?.skipped).to.equal(PRE_SKIP_SAMPLES);
  });

  it('may have other streams beside the one that is read', () => {
    const [ann, ben] = [opusPackets(60), opusPackets(60, 20, 2)];
    const mine = pagesOf(oggFile(ann)).map(buildOggPage);
    const other = pagesOf(oggFile(ben, 960, { serial: 8 })).map(buildOggPage);
    const mixed = mine.flatMap((page, i) => [page, other[i] ?? new Uint8Array(0)]);
    expect(bytesOf(readFile(joined(mixed)))).to.deep.equal(ann);
  });

  it('go on behind a page that is missing', () => {
    const packets = opusPackets(150);
    const pages = pagesOf(oggFile(packets)).map(buildOggPage);
    const heard = readFile(joined([...pages.slice(0, 3), ...pages.slice(4)]));
    expect(bytesOf(heard)).to.deep.equal([...packets.slice(0, 50), ...packets.slice(100)]);
    expect(heard.every(({ trimmed }) => trimmed === 0)).to.equal(true);
  });

  it('may lack their end', () => {
    const packets = opusPackets(150);
    const file = oggFile(packets);
    const heard = readFile(file.subarray(0, file.length - 100));
    expect(bytesOf(heard)).to.deep.equal(packets.slice(0, 100));
  });

  for (const [what, broken, problem] of [
    ['no Opus', (head: Uint8Array) => head.fill(0x41, 0, 8), 'holds no Opus'],
    ['surround sound', (head: Uint8Array) => head.set([6], 9), '"6" channels'],
    ['a mapping of channels', (head: Uint8Array) => head.set([1], 18), 'channels'],
    ['a version to come', (head: Uint8Array) => head.set([0x10], 8), 'version "16"'],
  ] as const) {
    it(`with ${what} are refused`, () => {
      const file = changed(oggFile(opusPackets(3)), ({ first, body }) => {
        const head = body.slice();
        if (first) broken(head);
        return { body: head };
      });
      expect(() => readFile(file))
        .to.throw(problem)
        .with.property('code', 'ERR_AUDIO_OGG');
    });
  }
});
