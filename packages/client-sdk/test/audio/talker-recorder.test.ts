import { expect } from 'chai';
import fc from 'fast-check';
import type { OpusFrame } from '../../src/audio/opus-frame.js';
import { TalkerRecorder } from '../../src/audio/talker-recorder.js';
import { CONCEALED_SAMPLE, flatFrame, passthroughCodec } from '../support/passthrough-codec.js';

const codec = passthroughCodec();
const encoder = codec.createEncoder({
  channels: 1,
  frameDurationMs: 20,
  bitrateBps: 6_000,
  application: 'voice',
});

function frame(seq: number, more: Partial<OpusFrame> = {}): OpusFrame {
  return {
    source: { id: 'source', handle: 1, session: 'ann', kind: 'microphone' },
    route: { id: 'r', handle: 2, kind: 'channel', channel: 'net' },
    seq,
    time: seq * 960,
    durationMs: 20,
    start: false,
    end: false,
    level: 10,
    packet: encoder.encode(flatFrame(seq % 100)),
    ...more,
  };
}

const talkspurt = (from: number, count: number): OpusFrame[] =>
  Array.from({ length: count }, (_, i) =>
    frame(from + i, { start: i === 0, end: i === count - 1 }),
  );

const perFrame = (samples: Float32Array): number[] =>
  Array.from({ length: samples.length / 960 }, (_, i) => {
    const value = samples[i * 960] ?? NaN;
    return value === CONCEALED_SAMPLE ? -1 : value * 128;
  });

describe('The talker recorder', () => {
  it('gives the same samples in whatever order the frames come, as long as a start leads', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(talkspurt(10, 20), { minLength: 20 }),
        async (frames) => {
          const recorder = new TalkerRecorder({ codec });
          for (const each of frames) recorder.write(each);
          const recorded = await recorder.talkspurt(0);
          expect(perFrame(recorded.samples)).to.deep.equal(
            Array.from({ length: 20 }, (_, i) => 10 + i),
          );
          expect(recorded.received).to.deep.equal(Array.from({ length: 20 }, (_, i) => 10 + i));
          expect(recorded.lost).to.equal(0);
          expect(recorded.time).to.equal(10 * 960);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('conceals what never comes once 50 frames have passed it by, or at the end', () => {
    const recorder = new TalkerRecorder({ codec });
    const frames = talkspurt(0, 100).filter(({ seq }) => seq !== 5 && seq !== 98);
    for (const each of frames) recorder.write(each);
    expect(recorder.talkspurts).to.have.length(0);
    const [recorded] = recorder.finish();
    expect(recorded?.lost).to.equal(2);
    const values = perFrame(recorded?.samples ?? new Float32Array(0));
    expect(values).to.have.length(100);
    expect(values.indexOf(-1)).to.equal(5);
    expect(values.lastIndexOf(-1)).to.equal(98);
  });

  it('keeps talkspurts apart, also where an end was lost', () => {
    const recorder = new TalkerRecorder({ codec });
    const first = talkspurt(0, 5).slice(0, 4);
    for (const each of [...first, ...talkspurt(5, 60), ...talkspurt(70, 3)]) recorder.write(each);
    const lengths = recorder.finish().map(({ received, lost }) => [received.length, lost]);
    expect(lengths).to.deep.equal([
      [4, 0],
      [60, 0],
      [3, 0],
    ]);
  });

  it('ends at an empty frame, and prefers a real one of the same number', () => {
    const recorder = new TalkerRecorder({ codec });
    const empty = { packet: new Uint8Array(0), end: true };
    for (const each of [
      frame(0, { start: true }),
      frame(2, empty),
      frame(2, { end: true }),
      frame(1),
    ]) {
      recorder.write(each);
    }
    for (const each of [frame(10, { start: true }), frame(11), frame(12, empty)])
      recorder.write(each);
    const recorded = recorder.finish();
    expect(recorded.map(({ received }) => received)).to.deep.equal([
      [0, 1, 2],
      [10, 11],
    ]);
  });

  it('records one talker, the first or the one named, and one source of it', () => {
    const other = { id: 'other', handle: 3, session: 'ben', kind: 'microphone' };
    const music = { id: 'music', handle: 4, session: 'ann', kind: 'music' };
    const recorder = new TalkerRecorder({ codec });
    const named = new TalkerRecorder({ codec, session: 'ben' });
    for (const each of talkspurt(0, 3)) {
      for (const source of [each.source, other, music]) {
        recorder.write({ ...each, source });
        named.write({ ...each, source });
      }
    }
    expect(recorder.finish().map(({ received }) => received.length)).to.deep.equal([3]);
    expect(named.finish().map(({ received }) => received.length)).to.deep.equal([3]);
  });

  it('takes a packet that is none for lost', () => {
    const recorder = new TalkerRecorder({ codec });
    const frames = talkspurt(0, 3);
    frames[1] = frame(1, { packet: Uint8Array.of(77) });
    for (const each of frames) recorder.write(each);
    const [recorded] = recorder.finish();
    expect(recorded?.lost).to.equal(1);
    expect(perFrame(recorded?.samples ?? new Float32Array(0))).to.deep.equal([0, -1, 2]);
  });
});
