import { buildEarlierFrames, buildPayload } from '@sidetone/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { SentFrames } from '../../src/talk/sent-frames.js';
import type { FrameStamp } from '../../src/talk/source-timeline.js';
import type { OutgoingFrame } from '../../src/talk/talk-sender.js';
import { atOnce } from '../support/at-once.js';

const frame = (name: number, durationMs: 20 | 40 = 20, bytes = 80): OutgoingFrame => ({
  packet: new Uint8Array(bytes).fill(name),
  durationMs,
  level: 30,
});
/** Stamps of frames of 20 ms without a pause, over both wrap-arounds. */
const stamp = (n: number): FrameStamp => ({
  seq: (0xffff + n) % 0x1_0000,
  time: (2 ** 32 - 960 + n * 960) % 2 ** 32,
});
const names = (earlier: ReturnType<SentFrames['add']>) =>
  atOnce(earlier).map(({ seqOffset, packet }) => [seqOffset, packet[0]]);

describe('The frames sent on a lane', () => {
  it('are carried by the next ones, nearest first, as many as asked for', () => {
    const sent = new SentFrames();
    expect(names(sent.add(1, true, frame(1), stamp(0), 4))).to.deep.equal([]);
    expect(names(sent.add(1, false, frame(2), stamp(1), 4))).to.deep.equal([[1, 1]]);
    expect(names(sent.add(1, false, frame(3), stamp(2), 4))).to.deep.equal([
      [1, 2],
      [2, 1],
    ]);
    expect(names(sent.add(1, false, frame(4), stamp(3), 1))).to.deep.equal([[1, 3]]);
    expect(names(sent.add(1, false, frame(5), stamp(4), 0))).to.deep.equal([]);
    expect(names(sent.add(1, false, frame(6), stamp(5), 4)).length).to.equal(4);
  });

  it('are not heard on another lane, nor in another talkspurt', () => {
    const sent = new SentFrames();
    void sent.add(1, true, frame(1), stamp(0), 4);
    expect(names(sent.add(2, true, frame(2), stamp(1), 4))).to.deep.equal([]);
    void sent.add(1, false, frame(2), stamp(1), 4);
    sent.forget(1);
    expect(names(sent.add(1, false, frame(3), stamp(2), 4))).to.deep.equal([]);
    expect(names(sent.add(1, true, frame(4), stamp(3), 4))).to.deep.equal([]);
  });

  it('keep the numbers that they had, also where one went elsewhere', () => {
    const sent = new SentFrames();
    void sent.add(1, true, frame(1), stamp(0), 4);
    expect(names(sent.add(1, false, frame(3), stamp(2), 4))).to.deep.equal([[2, 1]]);
  });

  it('end at a pause and at another duration', () => {
    const sent = new SentFrames();
    void sent.add(1, true, frame(1), stamp(0), 4);
    const late = { seq: stamp(1).seq, time: stamp(3).time };
    expect(names(sent.add(1, false, frame(2), late, 4))).to.deep.equal([]);
    void sent.add(2, true, frame(1), stamp(0), 4);
    expect(names(sent.add(2, false, frame(2, 40), stamp(1), 4))).to.deep.equal([]);
  });

  it('stay within 200 kbit/s together, and within a datagram', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(sizes, (bytes) => {
        const sent = new SentFrames();
        bytes.forEach((size, n) => {
          const earlier = atOnce(sent.add(1, n === 0, frame(n, 20, size), stamp(n), 4));
          if (earlier.length === 0) return;
          const payload = buildPayload(new Uint8Array(size), [buildEarlierFrames(earlier)]);
          expect(payload.length).to.be.at.most(500);
        });
      }),
    );
  });
});
