import { expect } from 'chai';
import fc from 'fast-check';
import type { OpusFrame } from '../../../src/audio/opus-frame.js';
import { FrameLine } from '../../../src/browser/frames/frame-line.js';
import { FrameReader } from '../../../src/browser/frames/frame-reader.js';
import { MOST_NAMES } from '../../../src/browser/frames/frame-record.js';
import { FrameWriter } from '../../../src/browser/frames/frame-writer.js';
import { sharedRingMemory } from '../../../src/browser/frames/shared-ring.js';
import type { ToPlaybackWorklet } from '../../../src/browser/ports.js';
import { opusFrame } from '../../support/opus-frames.js';

const name = fc.constantFrom('a', 'b', 'ü', '名前', '𝄞');
const packet = fc.uint8Array({ maxLength: 60 });
const number = fc.integer({ min: 0, max: 2 ** 40 });
const frame: fc.Arbitrary<OpusFrame> = fc
  .record({
    source: fc.record({ id: name, handle: fc.nat(9), session: name, kind: name }),
    route: fc.record(
      {
        id: name,
        handle: fc.nat(9),
        kind: fc.constantFrom('channel' as const, 'whisper' as const),
        channel: name,
      },
      { requiredKeys: ['id', 'handle', 'kind'] },
    ),
    seq: number,
    time: number,
    durationMs: fc.constantFrom(10 as const, 20 as const, 40 as const, 60 as const),
    start: fc.boolean(),
    end: fc.boolean(),
    level: fc.option(fc.integer({ min: 0, max: 127 })),
    packet,
    redundancy: fc.array(fc.record({ seqOffset: fc.integer({ min: 1, max: 100 }), packet }), {
      minLength: 1,
      maxLength: 3,
    }),
  })
  .chain(({ redundancy, ...rest }) => fc.constantFrom(rest, { ...rest, redundancy }));

function readAll(reader: FrameReader): [OpusFrame, number][] {
  const all: [OpusFrame, number][] = [];
  reader.read((...each) => all.push(each));
  return all;
}

describe('Frames in shared memory', () => {
  it('are on the other side what they were on this one', () => {
    const arrived = fc.double({ min: 0, max: 2e12, noNaN: true });
    const burst = fc.array(fc.tuple(frame, arrived), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(burst, { maxLength: 10 }), (bursts) => {
        const memory = sharedRingMemory(1 << 14);
        const [writer, reader] = [new FrameWriter(memory), new FrameReader(memory)];
        for (const frames of bursts) {
          for (const each of frames) expect(writer.write(...each)).to.equal(true);
          expect(readAll(reader)).to.deep.equal(frames);
        }
      }),
    );
  });

  it('are refused while nobody reads, and come again after that', () => {
    const memory = sharedRingMemory(1 << 12);
    const [writer, reader] = [new FrameWriter(memory), new FrameReader(memory)];
    let written = 0;
    while (writer.write(opusFrame(written), 0)) written += 1;
    expect(written).to.be.within(40, 60);
    expect(
      writer.write(opusFrame(1, { route: { id: 'r', handle: 2, kind: 'shout' } }), 0),
    ).to.equal(false);
    expect(readAll(reader).map(([{ seq }]) => seq)).to.deep.equal([...Array(written).keys()]);
    const other = opusFrame(1, { route: { id: 'r', handle: 2, kind: 'shout' } });
    expect(writer.write(other, 5)).to.equal(true);
    expect(readAll(reader)).to.deep.equal([[other, 5]]);
  });

  it('keep their names when there have been more names than are known at once', () => {
    const memory = sharedRingMemory(1 << 14);
    const [writer, reader] = [new FrameWriter(memory), new FrameReader(memory)];
    for (let i = 0; i < 3 * MOST_NAMES; i++) {
      const { source, route } = opusFrame(0);
      const talker = opusFrame(i, { source: { ...source, id: `s${i}` } });
      const first = opusFrame(i, { source, route });
      expect(writer.write(talker, i) && writer.write(first, i)).to.equal(true);
      expect(readAll(reader)).to.deep.equal([
        [talker, i],
        [first, i],
      ]);
    }
  });

  it('take the place of messages where the page is isolated, and nowhere else', () => {
    const sent = (isShared: boolean | undefined): ToPlaybackWorklet[] => {
      const messages: ToPlaybackWorklet[] = [];
      const port = { postMessage: (message: ToPlaybackWorklet) => messages.push(message) };
      const line = new FrameLine(port as unknown as MessagePort, isShared);
      line.send(opusFrame(7), 123.5);
      line.clear();
      return messages;
    };
    for (const isShared of [false, undefined]) {
      expect(sent(isShared)).to.deep.equal([
        { type: 'frame', frame: opusFrame(7), arrivedAtMs: 123.5 },
        { type: 'clear' },
      ]);
    }
    const [first, ...rest] = sent(true);
    expect(rest).to.deep.equal([{ type: 'clear' }]);
    if (first?.type !== 'sharedFrames') throw new Error(`"${first?.type}" is no memory`);
    expect(readAll(new FrameReader(first.memory))).to.deep.equal([[opusFrame(7), 123.5]]);
  });
});
