import { createFakeClock, type FakeClock } from '@sidetone/testkit';
import { expect } from 'chai';
import fc from 'fast-check';
import type { OpusFrame } from '../../src/audio/opus-frame.js';
import { packetsOf } from '../../src/replay/export-talk.js';
import { ReplayStore } from '../../src/replay/replay-store.js';
import type { ResolvedReplayOptions } from '../../src/replay/replay-options.js';
import { opusFrame } from '../support/opus-frames.js';

const OPTIONS: ResolvedReplayOptions = {
  maxAgeMs: 300_000,
  maxTransmissions: 30,
  maxBytes: 1 << 20,
  whispers: false,
};

function storeOf(options: Partial<ResolvedReplayOptions> = {}): {
  readonly store: ReplayStore;
  readonly clock: FakeClock;
} {
  const clock = createFakeClock();
  const store = new ReplayStore({
    options: { ...OPTIONS, ...options },
    clock,
    nets: { of: ({ route }) => new Set(route.channel === undefined ? [] : [route.channel]) },
    dropped: () => undefined,
  });
  return { store, clock };
}

const frames = (count: number): OpusFrame[] =>
  Array.from({ length: count }, (_, i) => opusFrame(i, { start: i === 0, end: i === count - 1 }));

describe('What is kept to be replayed', () => {
  it('is in order and complete, whatever overtook what', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(frames(20), { minLength: 20 }), (arriving) => {
        const { store } = storeOf();
        for (const frame of arriving) store.add(frame);
        const talks = store.of('command');
        const seqs = talks
          .flatMap((talk) => talk.frames.map(({ seq }) => seq))
          .sort((a, b) => a - b);
        expect(seqs).to.deep.equal(frames(20).map(({ seq }) => seq));
        for (const talk of talks) {
          const inOrder = talk.frames.map(({ seq }) => seq);
          expect(inOrder).to.deep.equal([...inOrder].sort((a, b) => a - b));
        }
      }),
      { numRuns: 100 },
    );
    const { store } = storeOf();
    const [first, second, ...rest] = frames(20) as [OpusFrame, OpusFrame, ...OpusFrame[]];
    for (const frame of [first, ...rest.slice(0, 3), second, ...rest.slice(3)]) store.add(frame);
    expect(store.of('command').map(({ complete }) => complete)).to.deep.equal([true]);
  });

  it('is not complete with a hole, which is silence in an export', () => {
    const { store } = storeOf();
    for (const frame of frames(10)) if (frame.seq !== 4 && frame.seq !== 5) store.add(frame);
    const [talk] = store.of('command');
    expect(talk?.complete).to.equal(false);
    const packets = talk ? packetsOf(talk) : [];
    expect(packets).to.have.length(10);
    expect(packets[4]?.packet).to.deep.equal(Uint8Array.of(0xf8, 0xff, 0xfe));
    expect(packets.reduce((sum, { durationMs }) => sum + durationMs, 0)).to.equal(200);
  });

  it('is complete by what later frames carry of lost ones', () => {
    const { store } = storeOf();
    for (const frame of frames(10)) {
      if (frame.seq === 4) continue;
      const redundancy = [{ seqOffset: 1, packet: opusFrame(4).packet }];
      store.add(frame.seq === 5 ? { ...frame, redundancy } : frame);
    }
    expect(store.of('command')[0]?.complete).to.equal(true);
  });

  it('is another one after a pause, even if end and start were lost', () => {
    const { store } = storeOf();
    store.add(opusFrame(0, { start: true }));
    store.add(opusFrame(2, { time: 5_000_000 + 48_000 }));
    expect(store.of('command')).to.have.length(2);
  });

  it('never takes more memory than allowed, whoever says how much', () => {
    const { store, clock } = storeOf({ maxBytes: 65_536, maxTransmissions: 1_000 });
    const packet = new Uint8Array(1_000).fill(1);
    const bytes = (): number => store.of('command').reduce((sum, talk) => sum + talk.bytes, 0);
    for (let i = 0; i < 500; i++) {
      clock.advance(20);
      store.add(opusFrame(i, { start: i % 10 === 0, end: i % 10 === 9, packet }));
      expect(bytes()).to.be.at.most(65_536);
    }
    for (let i = 500; i < 1_000; i++) {
      clock.advance(20);
      store.add(opusFrame(i, { start: i === 500, packet }));
      expect(bytes()).to.be.at.most(65_536);
    }
    expect(store.of('command')).to.have.length(1);
    store.clear();
    expect(clock.pending).to.equal(0);
  });

  it('is the end of a talk that goes on for longer', () => {
    const { store, clock } = storeOf({ maxAgeMs: 10_000 });
    for (let i = 0; i < 1_500; i++) {
      clock.advance(20);
      store.add(opusFrame(i, { start: i === 0 }));
    }
    const [talk] = store.of('command');
    expect(talk?.durationMs).to.be.within(8_900, 10_000);
    expect(talk?.frames.at(-1)?.seq).to.equal(1_499);
    expect(talk?.complete).to.equal(false);
  });
});
