import { expect } from 'chai';
import fc from 'fast-check';
import { createFakeClock } from '../../src/clock/fake-clock.js';
import { emptyDatagramStatistics } from '../../src/network/datagram-statistics.js';
import { ImpairedPath, type DirectionState } from '../../src/network/impaired-path.js';
import { resolveImpairment, type Impairment } from '../../src/network/impairment.js';
import { createSeededRandom } from '../../src/random/seeded-random.js';

function createPath(impairment: Impairment, seed = 1) {
  const clock = createFakeClock();
  const state: DirectionState = {
    impairment: resolveImpairment(impairment),
    cut: false,
    statistics: emptyDatagramStatistics(),
  };
  const left: { readonly number: number; readonly atMs: number }[] = [];
  const path = new ImpairedPath(state, clock, createSeededRandom(seed), (bytes) =>
    left.push({ number: bytes[0] ?? Number.NaN, atMs: clock.now() }),
  );
  const send = (number: number) => path.arrive(Uint8Array.of(number));
  const numbers = () => left.map((departure) => departure.number);
  return { clock, state, left, path, send, numbers, statistics: state.statistics };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('impaired path', () => {
  it('lets datagrams through in the same turn when nothing is wrong', () => {
    const { send, numbers, clock } = createPath({});
    upTo(5).forEach(send);
    expect(numbers()).to.deep.equal(upTo(5));
    expect(clock.pending).to.equal(0);
  });

  it('delays by exactly the delay and keeps the order', () => {
    const { send, clock, left, statistics } = createPath({ delayMs: 40 });
    send(0);
    clock.advance(5);
    send(1);
    send(2);
    clock.advance(100);
    expect(left).to.deep.equal([
      { number: 0, atMs: 40 },
      { number: 1, atMs: 45 },
      { number: 2, atMs: 45 },
    ]);
    expect(statistics).to.include({ delayed: 3, reordered: 0 });
  });

  it('lets jitter reorder, and counts what was overtaken', () => {
    const { send, clock, numbers, statistics } = createPath({ jitterMs: 30 });
    for (const number of upTo(100)) {
      send(number);
      clock.advance(1);
    }
    clock.advance(30);
    const order = numbers();
    const overtaken = order.filter((number, at) => order.slice(0, at).some((one) => one > number));
    expect(overtaken.length).to.be.greaterThan(10);
    expect(statistics.reordered).to.equal(overtaken.length);
    expect(order.toSorted((a, b) => a - b)).to.deep.equal(upTo(100));
  });

  it('lets jitter reorder nothing where order is to be kept', () => {
    const { send, clock, numbers, statistics } = createPath({ jitterMs: 30, keepOrder: true });
    for (const number of upTo(100)) {
      send(number);
      clock.advance(1);
    }
    clock.advance(30);
    expect(numbers()).to.deep.equal(upTo(100));
    expect(statistics).to.include({ reordered: 0, forwarded: 100 });
  });

  it('holds a datagram back until as many as asked have passed it', () => {
    const { send, state, numbers, statistics, clock } = createPath({
      reorderRate: 1,
      reorderBy: 2,
    });
    send(0);
    state.impairment = resolveImpairment({});
    upTo(4).forEach((number) => send(number + 1));
    expect(numbers()).to.deep.equal([1, 2, 0, 3, 4]);
    expect(statistics.reordered).to.equal(1);
    expect(clock.pending).to.equal(0);
  });

  it('lets a datagram go that nothing followed', () => {
    const { send, left, clock, path } = createPath({ reorderRate: 1 });
    send(0);
    expect(path.waiting).to.equal(1);
    clock.advance(200);
    expect(left).to.deep.equal([{ number: 0, atMs: 100 }]);
  });

  it('sends the copy of a duplicated datagram right behind it', () => {
    const { send, numbers, statistics } = createPath({ duplicateRate: 1 });
    upTo(3).forEach(send);
    expect(numbers()).to.deep.equal([0, 0, 1, 1, 2, 2]);
    expect(statistics).to.include({ duplicated: 3, forwarded: 6, reordered: 0 });
  });

  it('loses what arrives during a cut and what was on its way', () => {
    const { send, state, path, clock, numbers, statistics } = createPath({ delayMs: 20 });
    send(0);
    state.cut = true;
    path.clear();
    expect(send(1)).to.equal('cut');
    state.cut = false;
    send(2);
    clock.advance(50);
    expect(numbers()).to.deep.equal([2]);
    expect(statistics).to.include({ received: 3, cut: 2, forwarded: 1 });
  });

  it('loses what it holds back when it is cut, for good', () => {
    const { send, path, clock, numbers, statistics } = createPath({ reorderRate: 1 });
    send(0);
    path.clear();
    expect(clock.pending).to.equal(0);
    clock.advance(200);
    expect(numbers()).to.deep.equal([]);
    expect(statistics.cut).to.equal(1);
  });

  it('takes a change of impairment for later datagrams only', () => {
    const { send, state, clock, left } = createPath({ delayMs: 50 });
    send(0);
    state.impairment = resolveImpairment({});
    send(1);
    clock.advance(50);
    expect(left.map(({ number }) => number)).to.deep.equal([1, 0]);
  });

  it('lets nothing out during a stall, and all of it at its end, in order', () => {
    const { send, clock, left, statistics } = createPath({
      delayMs: 10,
      stalls: { everyMs: 100, durationMs: 30 },
    });
    for (const number of upTo(25)) {
      send(number);
      clock.advance(10);
    }
    clock.advance(100);
    const times = upTo(25).map((number) => {
      const dueAtMs = 10 * number + 10;
      const inPeriod = dueAtMs % 100;
      return dueAtMs >= 100 && inPeriod < 30 ? dueAtMs - inPeriod + 30 : dueAtMs;
    });
    expect(left).to.deep.equal(times.map((atMs, number) => ({ number, atMs })));
    // Three of each stall, at 0, 10 and 20 ms; the first stall begins a whole period after the start.
    expect(statistics).to.include({ stalled: 6, delayed: 25, reordered: 0 });
  });

  it('counts the stalls of another impairment from its own first datagram', () => {
    const { send, clock, state, left } = createPath({});
    send(0);
    clock.advance(70);
    state.impairment = resolveImpairment({ stalls: { everyMs: 50, durationMs: 20 } });
    send(1);
    clock.advance(45);
    send(2);
    clock.advance(5);
    send(3);
    clock.advance(50);
    expect(left.map(({ atMs }) => atMs)).to.deep.equal([0, 70, 115, 140]);
  });

  it('accounts for every datagram, whatever the impairment', () => {
    const rate = fc.double({ min: 0, max: 1, noNaN: true });
    const impairments = fc.record(
      {
        lossRate: rate,
        burstLoss: fc.record({
          enterRate: rate,
          leaveRate: fc.double({ min: 0.01, max: 1, noNaN: true }),
        }),
        delayMs: fc.nat(100),
        jitterMs: fc.nat(100),
        jitter: fc.constantFrom('uniform', 'exponential'),
        stalls: fc
          .tuple(fc.nat(80), fc.integer({ min: 1, max: 100 }))
          .map(([durationMs, openMs]) => ({ everyMs: durationMs + openMs, durationMs })),
        keepOrder: fc.boolean(),
        reorderRate: rate,
        reorderBy: fc.integer({ min: 1, max: 10 }),
        duplicateRate: rate,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(impairments, fc.nat(0xffff_ffff), (impairment, seed) => {
        const { send, clock, path, statistics, left } = createPath(impairment, seed);
        for (const number of upTo(60)) {
          send(number);
          clock.advance(7);
        }
        clock.advance(3000);
        const { received, forwarded, duplicated, lost, lostInBurst } = statistics;
        expect(path.waiting).to.equal(0);
        expect(clock.pending).to.equal(0);
        expect(received).to.equal(60);
        expect(forwarded).to.equal(left.length);
        expect(received).to.equal(forwarded - duplicated + lost + lostInBurst);
      }),
      { numRuns: 150 },
    );
  });
});
