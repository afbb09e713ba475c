import { encodeStateEvent } from '@sidetone/protocol';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { EventRing, RING_CHARACTERS, RING_EVENTS } from '../../src/control/event-ring.js';

const numbersOf = (messages: readonly string[] | null): number[] | null =>
  messages && messages.map((text) => (JSON.parse(text) as { params: { seq: number } }).params.seq);

const push = (ring: EventRing, count: number, payload = '{"n":1}'): void => {
  for (let pushed = 0; pushed < count; pushed += 1) ring.push('channelDeleted', payload);
};

describe('EventRing', () => {
  it('numbers events from 1 and gives them back as they were sent', () => {
    const ring = new EventRing();
    expect(ring.seq).to.equal(0);
    const numbers = [ring.push('channelDeleted', '{"channel":"a"}'), ring.push('x', '{"y":2}')];
    expect(numbers).to.deep.equal([1, 2]);
    const sent = [
      '{"jsonrpc":"2.0","method":"channelDeleted","params":{"seq":1,"channel":"a"}}',
      '{"jsonrpc":"2.0","method":"x","params":{"seq":2,"y":2}}',
    ];
    expect(ring.since(0)).to.deep.equal(sent);
    expect(ring.since(1)).to.deep.equal(sent.slice(1));
    expect(ring.since(2)).to.deep.equal([]);
  });

  it('has nothing to give to who claims a number that was never given', () => {
    const ring = new EventRing();
    push(ring, 3);
    expect(ring.since(4)).to.equal(null);
  });

  it(`keeps the last ${RING_EVENTS} events`, () => {
    const ring = new EventRing();
    push(ring, RING_EVENTS);
    expect(ring.since(0)).to.have.lengthOf(RING_EVENTS);
    push(ring, 1);
    expect(ring.since(0)).to.equal(null);
    expect(numbersOf(ring.since(1))).to.deep.equal(
      Array.from({ length: RING_EVENTS }, (_, index) => index + 2),
    );
  });

  it(`keeps at most ${RING_CHARACTERS} characters of payloads`, () => {
    const ring = new EventRing();
    const quarter = `{"t":"${'x'.repeat(RING_CHARACTERS / 4 - 8)}"}`;
    expect(quarter).to.have.lengthOf(RING_CHARACTERS / 4);
    push(ring, 4, quarter);
    expect(ring.since(0)).to.have.lengthOf(4);
    push(ring, 1);
    expect(ring.since(0)).to.equal(null);
    expect(numbersOf(ring.since(1))).to.deep.equal([2, 3, 4, 5]);
  });

  it('agrees with a list of everything, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 2, max: 120_000 }), { maxLength: 40 }),
        fc.integer({ min: 0, max: 45 }),
        (lengths, since) => {
          const ring = new EventRing();
          const all = lengths.map((length) => {
            const payload = `{${' '.repeat(length - 2)}}`;
            return encodeStateEvent('e', ring.push('e', payload), payload);
          });
          const wanted = lengths.slice(since);
          const fits = wanted.reduce((sum, length) => sum + length, 0) <= RING_CHARACTERS;
          const expected = since <= lengths.length && fits ? all.slice(since) : null;
          expect(ring.since(since)).to.deep.equal(expected);
        },
      ),
    );
  });
});
