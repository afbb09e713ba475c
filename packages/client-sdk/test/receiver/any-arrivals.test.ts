import { expect } from 'chai';
import fc from 'fast-check';
import { AdaptiveReceiver, type ReceivedFrame } from '../../src/index.node.js';
import { frame, numberIn, play, type Arrival, type Heard } from './received-frames.js';

const FRAMES = 250;
/** Playing is never farther behind an arrival than this, but for the step that is under way. */
const MAX_DELAY_MS = 600;

const durations = fc.constantFrom<ReceivedFrame['durationMs'][]>(10, 20, 40, 60);

/** Anything: numbers and times that have nothing to do with each other, jumps, copies of copies. */
const anyFrame = fc
  .record({
    seq: fc.oneof(fc.nat(FRAMES), fc.nat(FRAMES), fc.nat(70_000), fc.maxSafeNat()),
    timeMs: fc.oneof(fc.nat(5_000), fc.nat(100_000), fc.nat(2 ** 40)),
    durationMs: durations,
    start: fc.boolean(),
    end: fc.boolean(),
    empty: fc.boolean(),
    earlier: fc.array(fc.nat(300), { maxLength: 4 }),
  })
  .map(({ seq, ...options }) => frame(seq, options));

const anyArrivals = fc
  .array(fc.tuple(fc.oneof(fc.nat(300), fc.nat(3_000)), anyFrame), { maxLength: 150 })
  .map((arrivals): Arrival[] => arrivals);

interface Way {
  readonly lost: boolean;
  readonly lateMs: number;
  readonly copies: number;
}

const anyWay = fc.array(
  fc.record({
    lost: fc.integer({ min: 0, max: 9 }).map((draw) => draw === 0),
    lateMs: fc.oneof(fc.constant(0), fc.nat(30), fc.nat(250)),
    copies: fc.constantFrom(1, 1, 1, 2, 3),
  }),
  { minLength: 1, maxLength: FRAMES },
);

/** An honest talker on a bad network, with pauses, and with the two empty frames of the wire. */
function talk(ways: readonly Way[], durationMs: ReceivedFrame['durationMs']): Arrival[] {
  const arrivals: Arrival[] = [];
  let timeMs = 0;
  ways.forEach(({ lost, lateMs, copies }, i) => {
    const start = i % 50 === 0;
    if (start) timeMs += i * 20;
    const end = i % 50 === 49 || i === ways.length - 1;
    const earlier = Array.from({ length: Math.min(i % 50, 3) }, (_, k) => k + 1);
    const sent = frame(i + 1_000, { start, end, timeMs, durationMs, earlier });
    for (let copy = 0; copy < (lost ? 0 : copies); copy++) {
      arrivals.push([timeMs + lateMs + 7 * copy, sent]);
    }
    for (const afterMs of end ? [20, 40] : []) {
      const empty = frame(i + 1_000, { end, timeMs, durationMs, empty: true });
      arrivals.push([timeMs + lateMs + afterMs, empty]);
    }
    timeMs += durationMs;
  });
  return arrivals;
}

const numbersHeard = (heard: readonly Heard[]): number[] =>
  heard.flatMap(({ action }) => ('seq' in action ? [action.seq] : []));

function expectInOrder(heard: readonly Heard[]): void {
  const numbers = numbersHeard(heard);
  expect(numbers).to.deep.equal([...new Set(numbers)].sort((left, right) => left - right));
}

describe('The adaptive receiver, whatever comes,', () => {
  it('plays nothing twice or out of order, ends, and keeps its delay within the hard limit', () => {
    fc.assert(
      fc.property(anyArrivals, (arrivals) => {
        const receiver = new AdaptiveReceiver<ReceivedFrame>();
        const heard = play(receiver, arrivals, 6_000);
        expectInOrder(heard);
        expect(receiver.idle).to.equal(true);
        const cameAt = new Map(arrivals.map(([at, each]) => [each, at] as const));
        for (const { at, action } of heard) {
          if (action.kind !== 'decode') continue;
          expect(at - (cameAt.get(action.frame) ?? NaN)).to.be.within(0, MAX_DELAY_MS);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('lives through a clock that jumps', () => {
    const call = fc.tuple(fc.oneof(fc.nat(100), fc.nat(10_000_000)), fc.boolean(), anyFrame);
    fc.assert(
      fc.property(fc.array(call, { maxLength: 200 }), (calls) => {
        const receiver = new AdaptiveReceiver<ReceivedFrame>();
        const heard: Heard[] = [];
        for (const [at, isPush, each] of calls) {
          if (isPush) receiver.push(each, at);
          else heard.push({ at, action: { ...receiver.pull(at) } });
        }
        heard.push(...play(receiver, [], 10_004_000, 10_000_000));
        expectInOrder(heard);
        expect(receiver.idle).to.equal(true);
      }),
      { numRuns: 300 },
    );
  });

  it('accounts for every frame of an honest talker', () => {
    fc.assert(
      fc.property(anyWay, durations, (ways, durationMs) => {
        const receiver = new AdaptiveReceiver<ReceivedFrame>({ floorMs: 20 });
        const arrivals = talk(ways, durationMs);
        const heard = play(receiver, arrivals, 60_000);
        expectInOrder(heard);
        expect(receiver.idle).to.equal(true);
        const { played, late, skipped, duplicates, recovered, redundant } = receiver.statistics;
        const real = arrivals.filter(([, { packet }]) => packet.length > 0);
        expect(played + late + skipped + duplicates).to.equal(real.length);
        expect(numbersHeard(heard)).to.have.length(played + recovered + redundant);
      }),
      { numRuns: 100 },
    );
  });

  it('decodes every frame from its own packet where each came within the floor', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(28), { minLength: 1, maxLength: 200 }), (lateness) => {
        const ways = lateness.map((lateMs) => ({ lost: false, lateMs, copies: 1 }));
        const receiver = new AdaptiveReceiver<ReceivedFrame>();
        const heard = play(receiver, talk(ways, 20), 20_000);
        const decoded = heard.flatMap(({ action }) =>
          action.kind === 'decode' ? [numberIn(action.packet)] : [],
        );
        expect(decoded).to.deep.equal(lateness.map((_, i) => 1_000 + i));
        expect(receiver.statistics).to.include({ concealedMs: 0, recovered: 0, late: 0 });
      }),
      { numRuns: 100 },
    );
  });

  it('gives the same actions for the same calls', () => {
    fc.assert(
      fc.property(anyArrivals, (arrivals) => {
        const first = play(new AdaptiveReceiver<ReceivedFrame>(), arrivals, 4_000);
        const second = play(new AdaptiveReceiver<ReceivedFrame>(), arrivals, 4_000);
        expect(second).to.deep.equal(first);
      }),
      { numRuns: 20 },
    );
  });
});
