import { expect } from 'chai';
import fc from 'fast-check';
import { SendClock } from '../../src/index.node.js';

/** A clock whose first ping went out at 0 and is unanswered, with voice at 301 ms: stalled. */
function stalledClock<T>(): { clock: SendClock<T>; pingId: number; nowMs: number } {
  const clock = new SendClock<T>();
  clock.offer('first' as T, 1, 0);
  const pingId = clock.pingDue(0);
  if (pingId === null) throw new Error('no ping was due');
  return { clock, pingId, nowMs: 301 };
}

describe('the send clock', () => {
  it('sends at once while nothing is unanswered', () => {
    const clock = new SendClock<string>();
    expect(clock.maySend(0)).to.equal(true);
    expect(clock.offer('a', 0, 0)).to.equal('send');
    expect(clock.rttMs).to.equal(null);
    expect(clock.dropped).to.equal(0);
  });

  it('asks for a ping every 100 ms while voice flows, and for none without voice', () => {
    const clock = new SendClock<number>();
    expect(clock.pingDue(0)).to.equal(null);
    const pings: [number, number][] = [];
    for (let nowMs = 0; nowMs < 300; nowMs += 20) {
      clock.offer(nowMs, 1, nowMs);
      const id = clock.pingDue(nowMs);
      if (id !== null) pings.push([id, nowMs]);
    }
    expect(pings).to.deep.equal([
      [0, 0],
      [1, 100],
      [2, 200],
    ]);
    expect(clock.pingDue(290)).to.equal(null);
    clock.pong(2, 290);
    expect(clock.pingDue(10_000)).to.equal(2 + 1);
    expect(clock.pingDue(20_000), 'no voice since').to.equal(null);
  });

  it('holds voice when the oldest ping is unanswered for more than 300 ms', () => {
    const clock = new SendClock<string>();
    clock.offer('a', 1, 0);
    clock.pingDue(0);
    expect(clock.offer('b', 1, 300)).to.equal('send');
    expect(clock.offer('c', 1, 301)).to.equal('held');
    expect(clock.maySend(301)).to.equal(false);
    expect(clock.waiting).to.equal(1);
    expect(clock.pingDue(400), 'no ping behind a stall').to.equal(null);
  });

  it('allows three times the smoothed round trip time on a slow path', () => {
    const clock = new SendClock<string>();
    clock.offer('a', 1, 0);
    clock.pong(clock.pingDue(0) ?? -1, 200);
    expect(clock.rttMs).to.equal(200);
    clock.offer('b', 1, 1000);
    clock.pingDue(1000);
    expect(clock.offer('c', 1, 1600)).to.equal('send');
    expect(clock.offer('d', 1, 1601)).to.equal('held');
  });

  it('smooths the round trip time by an eighth of each new one', () => {
    const clock = new SendClock<string>();
    let nowMs = 0;
    for (const rttMs of [80, 160, 0]) {
      clock.offer('a', 1, nowMs);
      clock.pong(clock.pingDue(nowMs) ?? -1, nowMs + rttMs);
      nowMs += 1000;
    }
    expect(clock.rttMs).to.equal((80 + (160 - 80) / 8) * (7 / 8));
  });

  it('frees what waited at the pong, in the order in which it came', () => {
    const { clock, pingId, nowMs } = stalledClock<string>();
    for (const [frame, priority] of [
      ['a', 0],
      ['b', 3],
      ['c', 1],
    ] as const) {
      expect(clock.offer(frame, priority, nowMs)).to.equal('held');
    }
    expect(clock.pong(pingId, nowMs + 10)).to.deep.equal(['a', 'b', 'c']);
    expect(clock.waiting).to.equal(0);
    expect(clock.offer('d', 1, nowMs + 10)).to.equal('send');
    expect(clock.dropped).to.equal(0);
  });

  it('drops the lowest priority first and within it the oldest', () => {
    const { clock, pingId, nowMs } = stalledClock<string>();
    for (const [frame, priority] of [
      ['high 1', 3],
      ['low 1', 0],
      ['low 2', 0],
      ['high 2', 3],
      ['high 3', 3],
      ['high 4', 3],
      ['low 3', 0],
      ['high 5', 3],
    ] as const) {
      clock.offer(frame, priority, nowMs);
    }
    expect(clock.dropped).to.equal(3);
    clock.offer('low 4', 0, nowMs);
    expect(clock.dropped, 'the newcomer is the least wanted').to.equal(4);
    clock.offer('high 6', 3, nowMs);
    expect(clock.pong(pingId, nowMs)).to.deep.equal([
      'high 2',
      'high 3',
      'high 4',
      'high 5',
      'high 6',
    ]);
    expect(clock.dropped).to.equal(5);
  });

  it('counts the media time of frames, not their number', () => {
    const { clock, pingId, nowMs } = stalledClock<string>();
    clock.offer('a', 1, nowMs, 60);
    clock.offer('b', 1, nowMs, 40);
    expect(clock.dropped).to.equal(0);
    clock.offer('c', 1, nowMs, 10);
    expect(clock.pong(pingId, nowMs)).to.deep.equal(['b', 'c']);
  });

  it('does not deliver what waited for more than 100 ms', () => {
    const { clock, pingId, nowMs } = stalledClock<string>();
    clock.offer('old', 3, nowMs);
    clock.offer('young', 0, nowMs + 50);
    expect(clock.pong(pingId, nowMs + 101)).to.deep.equal(['young']);
    expect(clock.dropped).to.equal(1);
  });

  it('goes on waiting when the pong leaves a ping that is as old', () => {
    const clock = new SendClock<string>();
    clock.offer('a', 1, 0);
    const first = clock.pingDue(0) ?? -1;
    clock.offer('b', 1, 100);
    const second = clock.pingDue(100) ?? -1;
    expect(clock.offer('c', 1, 401)).to.equal('held');
    // The smoothed time has to be short, or it would allow more than 300 ms.
    expect(clock.pong(first, 402)).to.deep.equal(['c']);
    expect(clock.pong(second, 402)).to.deep.equal([]);
    for (let nowMs = 1000; (clock.rttMs ?? 0) > 50; nowMs += 100) {
      clock.offer('x', 1, nowMs);
      clock.pong(clock.pingDue(nowMs) ?? -1, nowMs);
    }
    clock.offer('d', 1, 50_000);
    const third = clock.pingDue(50_000) ?? -1;
    clock.offer('e', 1, 50_100);
    const fourth = clock.pingDue(50_100) ?? -1;
    expect(clock.offer('f', 1, 50_420)).to.equal('held');
    expect(clock.pong(third, 50_420)).to.deep.equal([]);
    expect(clock.waiting).to.equal(1);
    expect(clock.pong(fourth, 50_430)).to.deep.equal(['f']);
  });

  it('takes one pong for all pings before it, and none twice', () => {
    const { clock, pingId, nowMs } = stalledClock<string>();
    clock.offer('a', 1, nowMs);
    expect(clock.pong(pingId + 1, nowMs), 'unknown').to.deep.equal([]);
    expect(clock.pong(pingId, nowMs)).to.deep.equal(['a']);
    const rttMs = clock.rttMs;
    expect(clock.pong(pingId, nowMs + 50)).to.deep.equal([]);
    expect(clock.rttMs).to.equal(rttMs);
  });

  it('does not let the lag grow without end on a path that stays too slow', () => {
    const clock = new SendClock<number>();
    const bytesPerMs = 3;
    const pongs: { readonly id: number; readonly at: number }[] = [];
    let pipeFreeAt = 0;
    let longestLagMs = 0;
    let sent = 0;
    const send = (bytes: number, offeredAt: number, nowMs: number): number => {
      pipeFreeAt = Math.max(pipeFreeAt, nowMs) + bytes / bytesPerMs;
      longestLagMs = Math.max(longestLagMs, pipeFreeAt - offeredAt);
      return pipeFreeAt;
    };
    for (let nowMs = 0; nowMs < 60_000; nowMs += 20) {
      while (pongs[0] !== undefined && pongs[0].at <= nowMs) {
        const freed = clock.pong(pongs.shift()?.id ?? -1, nowMs);
        for (const offeredAt of freed) send(120, offeredAt, nowMs);
        sent += freed.length;
      }
      if (clock.offer(nowMs, 1, nowMs) === 'send') {
        send(120, nowMs, nowMs);
        sent += 1;
      }
      const id = clock.pingDue(nowMs);
      if (id !== null) pongs.push({ id, at: send(20, nowMs, nowMs) + 60 });
    }
    // 48 kbit/s of voice on 24 kbit/s: twice the bound of 1 s, and the smoothing's delay.
    expect(longestLagMs).to.be.below(2500);
    expect(clock.dropped).to.be.greaterThan(0);
    // Half of the pipe's 25 frames a second at the least: the clock holds back, it does not choke.
    expect(sent).to.be.greaterThan(60 * 12);
  });

  const event = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('offer' as const),
        priority: fc.nat(3),
        durationMs: fc.constantFrom(10, 20, 40, 60),
        waitMs: fc.nat(40),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('pong' as const), waitMs: fc.nat(200) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('pause' as const), waitMs: fc.nat(900) }),
    },
  );

  it('never frees more than 100 ms of voice or any older than that, and accounts for each frame', () => {
    interface Frame {
      readonly number: number;
      readonly durationMs: number;
      readonly offeredAt: number;
    }
    fc.assert(
      fc.property(fc.array(event, { maxLength: 300 }), (events) => {
        const clock = new SendClock<Frame>({ ringMs: 100 });
        const pings: number[] = [];
        let nowMs = 0;
        let offered = 0;
        let held = 0;
        let freed = 0;
        let lastNumber = -1;
        for (const step of events) {
          nowMs += step.waitMs;
          if (step.kind === 'offer') {
            const frame = { number: offered, durationMs: step.durationMs, offeredAt: nowMs };
            offered += 1;
            if (clock.offer(frame, step.priority, nowMs, step.durationMs) === 'held') {
              held += 1;
            } else {
              expect(clock.waiting, 'overtook a waiting frame').to.equal(0);
              lastNumber = frame.number;
            }
            const id = clock.pingDue(nowMs);
            if (id !== null) pings.push(id);
          }
          if (step.kind !== 'pong') continue;
          const frames = clock.pong(pings.shift() ?? -1, nowMs);
          const freedMs = frames.reduce((sum, { durationMs }) => sum + durationMs, 0);
          expect(freedMs).to.be.at.most(100);
          for (const frame of frames) {
            expect(nowMs - frame.offeredAt).to.be.at.most(100);
            expect(frame.number, 'order').to.be.greaterThan(lastNumber);
            lastNumber = frame.number;
          }
          freed += frames.length;
          expect(held).to.equal(freed + clock.waiting + clock.dropped);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('keeps of a burst what a sort by priority, then age would keep', () => {
    const priorities = fc.array(fc.nat(3), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(priorities, (list) => {
        const { clock, pingId, nowMs } = stalledClock<number>();
        list.forEach((priority, number) => clock.offer(number, priority, nowMs));
        const kept = list
          .map((priority, number) => ({ priority, number }))
          .sort((a, b) => b.priority - a.priority || b.number - a.number)
          .slice(0, 5)
          .map(({ number }) => number)
          .sort((a, b) => a - b);
        expect(clock.pong(pingId, nowMs)).to.deep.equal(kept);
      }),
    );
  });
});
