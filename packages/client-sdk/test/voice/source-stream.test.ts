import { expect } from 'chai';
import fc from 'fast-check';
import type { SenderPart } from '@sidetone/protocol';
import { HeldFrames, MAX_HELD_FRAMES, MAX_HELD_MS } from '../../src/voice/held-frames.js';
import { InOrder } from '../../src/voice/in-order.js';
import { SourceStream } from '../../src/voice/source-stream.js';

const part = (seq: number, time = 0): SenderPart => ({
  start: false,
  end: false,
  durationMs: 20,
  level: 0,
  seq,
  time,
});

describe('A source stream', () => {
  it('gives each frame its place however the numbers wrap, and each number once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 65_535 }),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 200 }),
        (firstSeq, firstTime, jitter) => {
          const stream = new SourceStream();
          const seen = new Set<number>();
          let origin: { seq: number; time: number } | null = null;
          jitter.forEach((shift, i) => {
            const n = Math.max(0, i * 7 + shift);
            const wrapped = part((firstSeq + n) % 65_536, (firstTime + n * 960) % 2 ** 32);
            const place = stream.place(wrapped, false, i);
            expect(place === null, `frame ${n}`).to.equal(seen.has(n));
            seen.add(n);
            if (!place) return;
            origin ??= { seq: place.seq - n, time: place.time - n * 960 };
            expect(place).to.deep.equal({ seq: origin.seq + n, time: origin.time + n * 960 });
          });
        },
      ),
    );
  });

  it('lets a real frame take the place of an empty one, and drops the copies of both', () => {
    const stream = new SourceStream();
    expect(stream.place(part(5), true, 0)).to.not.equal(null);
    expect(stream.place(part(5), true, 0)).to.equal(null);
    expect(stream.place(part(5), false, 0)).to.not.equal(null);
    expect(stream.place(part(5), false, 0)).to.equal(null);
    expect(stream.place(part(5), true, 0)).to.equal(null);
  });

  it('goes forward after more than 5 s of silence, wherever the numbers start again', () => {
    const stream = new SourceStream();
    const before = stream.place(part(1_000, 5_000), false, 0);
    const within = stream.place(part(990, 4_000), false, 5_000);
    const after = stream.place(part(980, 3_000), false, 10_001);
    expect(within?.seq).to.be.below(before?.seq ?? 0);
    expect(after?.seq).to.be.above(before?.seq ?? 0);
    expect(after?.time).to.be.above(before?.time ?? 0);
  });
});

describe('Held frames', () => {
  const body = (n: number): { body: Uint8Array; heldAt: number } => ({
    body: Uint8Array.of(n),
    heldAt: 0,
  });

  it('wait at most 1 s and are at most 50 for a route; the oldest go first, counted', () => {
    const held = new HeldFrames();
    for (let n = 0; n < MAX_HELD_FRAMES + 3; n++) held.hold(1, body(n), 0);
    const kept = held.take(1, MAX_HELD_MS).map(({ body: [n] }) => n);
    expect(kept).to.have.length(50);
    expect(kept[0]).to.equal(3);
    expect(held.dropped).to.equal(3);
    held.hold(1, body(0), 0);
    expect(held.take(1, MAX_HELD_MS + 1)).to.deep.equal([]);
    expect(held.dropped).to.equal(4);
  });

  it('are limited in the number of routes, for a handle costs a hostile server nothing', () => {
    const held = new HeldFrames();
    for (let handle = 0; handle < 1_000; handle++) held.hold(handle, body(0), 0);
    const waiting = Array.from({ length: 1_000 }, (_, handle) => held.take(handle, 0).length);
    expect(waiting.reduce((sum, count) => sum + count, 0)).to.equal(64);
    expect(held.dropped).to.equal(936);
  });
});

describe('InOrder', () => {
  it('hands on in the order of the beginnings, however long each takes, and reports what fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -1, max: 4 }), { maxLength: 20 }),
        async (delays) => {
          const seen: string[] = [];
          const order = new InOrder<number>(
            (n) => void seen.push(`${n}`),
            (cause) => void seen.push(`${(cause as Error).message}!`),
          );
          delays.forEach((delay, n) => order.add(delay < 0 ? n : later(n, delay)));
          await order.settled();
          expect(seen).to.deep.equal(delays.map((delay, n) => (delay === 4 ? `${n}!` : `${n}`)));
        },
      ),
    );
  });

  it('hands on in the same turn what is there already', () => {
    const seen: number[] = [];
    const order = new InOrder<number>(
      (n) => void seen.push(n),
      () => {},
    );
    order.add(1);
    order.add(2);
    expect(seen).to.deep.equal([1, 2]);
  });
});

async function later(n: number, turns: number): Promise<number> {
  for (let i = 0; i < turns; i++) await Promise.resolve();
  if (turns === 4) throw new Error(`${n}`);
  return n;
}
