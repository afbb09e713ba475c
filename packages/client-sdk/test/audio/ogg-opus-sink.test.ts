import { createFakeClock, type FakeClock } from '@sidetone/testkit';
import { expect } from 'chai';
import fc from 'fast-check';
import { oggOpusSink, type OggOpusSink } from '../../src/audio/ogg-opus-sink.js';
import type { OpusFrame } from '../../src/audio/opus-frame.js';
import { OggOpusReader } from '../../src/ogg/ogg-opus-reader.js';
import { joined } from '../support/ogg-file.js';
import { opusFrame } from '../support/opus-frames.js';

const SILENCE = 'fffe';

interface Track {
  readonly clock: FakeClock;
  readonly sink: OggOpusSink;
  /** Closes it; packets by their bytes after the first, in hex. */
  read(): { readonly packets: string[]; readonly samples: number };
}

function track(options: { readonly startsAtMs?: number } = {}): Track {
  const clock = createFakeClock();
  const pages: Uint8Array[] = [];
  const sink = oggOpusSink({ write: (page) => void pages.push(page) }, { clock, ...options });
  return {
    clock,
    sink,
    read() {
      sink.close();
      const reader = new OggOpusReader();
      const packets = [...reader.add(joined(pages)), ...reader.end()];
      const samples = packets.reduce((sum, { sampleCount }) => sum + sampleCount, 0);
      const texts = packets.map(({ packet }) => Buffer.from(packet.subarray(1)).toString('hex'));
      return { packets: texts, samples };
    },
  };
}

const textOf = ({ packet }: OpusFrame): string => Buffer.from(packet.subarray(1)).toString('hex');
const frames = (from: number, to: number): OpusFrame[] =>
  Array.from({ length: to - from }, (_, i) =>
    opusFrame(from + i, { start: i === 0, end: from + i === to - 1 }),
  );

describe('The Ogg Opus file of a talker', () => {
  it('has every packet as it came, in order, whatever overtook what', () => {
    const said = frames(0, 60);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 60, maxLength: 60 }),
        (delays) => {
          const { clock, sink, read } = track();
          clock.advance(5_000);
          const arriving = said
            .map((frame, i) => ({ frame, at: i === 0 ? -1 : i + (delays[i] ?? 0) }))
            .sort((a, b) => a.at - b.at);
          for (const { frame } of arriving) {
            clock.advance(20);
            sink.write(frame);
          }
          expect(read().packets).to.deep.equal(said.map(textOf));
          expect(sink.lost).to.equal(0);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('never shrinks: what is lost is silence, and is counted', () => {
    const said = frames(0, 200);
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 198 }), { maxLength: 80 }), (lost) => {
        const { clock, sink, read } = track();
        for (const frame of said) {
          clock.advance(20);
          if (!lost.includes(frame.seq)) sink.write(frame);
        }
        const { packets, samples } = read();
        expect(samples).to.equal(200 * 960);
        expect(sink.lost).to.equal(lost.length);
        expect(packets).to.deep.equal(
          said.map((frame) => (lost.includes(frame.seq) ? SILENCE : textOf(frame))),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('takes a lost frame from a later one that carries it', () => {
    const said = frames(0, 10);
    const { sink, read } = track();
    for (const frame of said) {
      if (frame.seq === 4 || frame.seq === 5) continue;
      const earlier = [5, 4].map((seq) => ({
        seqOffset: frame.seq - seq,
        packet: opusFrame(seq).packet,
      }));
      sink.write(frame.seq === 6 ? { ...frame, redundancy: earlier } : frame);
    }
    expect(read().packets).to.deep.equal(said.map(textOf));
    expect(sink.lost).to.equal(0);
  });

  it('has the pauses between talkspurts, by the time of the talker', () => {
    const { clock, sink, read } = track();
    for (const frame of frames(0, 5)) sink.write(frame);
    clock.advance(10_000);
    // 3,007 ms later by media time; the nearest 10 ms are written.
    for (const frame of frames(5, 10)) sink.write({ ...frame, time: frame.time + 3_007 * 48 });
    const { packets, samples } = read();
    expect(samples / 48).to.equal(100 + 3_010 + 100);
    expect(packets.filter((packet) => packet === SILENCE)).to.have.length(151);
    expect(sink.lost).to.equal(0);
  });

  it('does not believe in media time beyond what has passed here', () => {
    const { clock, sink, read } = track();
    sink.write(opusFrame(0, { start: true }));
    clock.advance(1_000);
    sink.write(opusFrame(1, { time: 2 ** 45 }));
    clock.advance(1_000);
    sink.write(opusFrame(2, { time: 5 }));
    sink.write(opusFrame(3, { time: 965 }));
    expect(read().samples / 48).to.equal(2_020);
  });

  it('begins when the others do', () => {
    const { clock, sink, read } = track({ startsAtMs: 0 });
    clock.advance(1_500);
    sink.write(opusFrame(0, { start: true, end: true }));
    expect(sink.durationMs).to.equal(1_520);
    expect(read().packets.filter((packet) => packet === SILENCE)).to.have.length(75);
  });

  it('is of one source of one talker', () => {
    const { sink, read } = track();
    const [mine, other] = [opusFrame(0, { start: true }), opusFrame(1)];
    sink.write(mine);
    sink.write({ ...other, source: { ...other.source, session: 'ben', id: 'source-2' } });
    sink.write({ ...other, source: { ...other.source, kind: 'music', id: 'source-3' } });
    expect(read().packets).to.deep.equal([textOf(mine)]);
    sink.write(opusFrame(1));
    sink.close();
    expect(sink.durationMs).to.equal(20);
  });

  it('is a file even where nothing was heard', () => {
    expect(track().read()).to.deep.equal({ packets: [], samples: 0 });
  });
});
