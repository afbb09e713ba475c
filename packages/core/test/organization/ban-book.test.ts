import { randomUUID } from 'node:crypto';
import { createFakeClock } from '@sidetone/testkit';
import { expect } from 'chai';
import fc from 'fast-check';
import type { BanRecord, BanSubject } from '../../src/index.js';
import { BanBook } from '../../src/organization/ban-book.js';

const START = Date.UTC(2026, 0, 1);

function ban(subject: BanSubject, inMs: number | null = null): BanRecord {
  return {
    id: randomUUID(),
    organizationId: randomUUID(),
    subject,
    reason: '',
    createdBy: 'test',
    createdAt: START,
    expiresAt: inMs === null ? null : START + inMs,
  };
}

const user = (userId: string): BanSubject => ({ kind: 'user', userId });
const network = (text: string): BanSubject => ({ kind: 'network', network: text });

describe('The ban book of an organization', () => {
  it('finds users and networks, and nobody else', () => {
    const records = [
      ban(user('ann')),
      ban(network('203.0.113.0/24')),
      ban(network('2001:db8::/32')),
    ];
    const book = new BanBook(createFakeClock(), records);
    expect(book.find('ann', '192.0.2.1')).to.equal(records[0]);
    expect(book.find('ben', '::ffff:203.0.113.9')).to.equal(records[1]);
    expect(book.find('ben', '2001:db8:ffff::1')).to.equal(records[2]);
    for (const address of ['203.0.114.0', '2001:db9::1', 'unknown', null]) {
      expect(book.find('ben', address)).to.equal(null);
    }
  });

  it('lets a ban go in the very millisecond of its end', () => {
    const clock = createFakeClock();
    const book = new BanBook(clock, [ban(user('ann'), 1000)]);
    clock.advance(999);
    expect(book.find('ann', null)).not.to.equal(null);
    clock.advance(1);
    expect(book.find('ann', null)).to.equal(null);
    expect(book.list()).to.deep.equal([]);
  });

  it('tells the one of several that holds longest', () => {
    const clock = createFakeClock();
    const records = [
      ban(user('ann'), 10),
      ban(network('10.0.0.0/8'), 30),
      ban(network('10.1.0.0/16'), 20),
    ];
    const book = new BanBook(clock, records);
    expect(book.find('ann', '10.1.2.3')).to.equal(records[1]);
    const forGood = ban(network('10.1.2.3/32'));
    book.add(forGood);
    expect(book.find('ann', '10.1.2.3')).to.equal(forGood);
  });

  it('agrees with a plain list whatever is added, lifted and waited for', () => {
    const address = fc
      .tuple(fc.constantFrom(10, 11), fc.nat(3), fc.nat(1))
      .map(([a, b, c]) => `${a}.${b}.0.${c}`);
    const subject = fc.oneof(
      fc.constantFrom('ann', 'ben').map(user),
      fc
        .tuple(address, fc.constantFrom(0, 7, 8, 15, 16, 31, 32))
        .map(([at, bits]) => network(`${at}/${bits}`)),
    );
    const step = fc.oneof(
      fc.record({ add: subject, inMs: fc.option(fc.nat(20)) }),
      fc.record({ lift: fc.nat(20) }),
      fc.record({ wait: fc.nat(10) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), address, (steps, from) => {
        const clock = createFakeClock();
        const book = new BanBook(clock);
        let model: BanRecord[] = [];
        for (const each of steps) {
          if ('add' in each) {
            const elapsed = clock.wallTime() - START;
            const record = ban(each.add, each.inMs === null ? null : elapsed + each.inMs);
            book.add(record);
            model.push(record);
          } else if ('lift' in each) {
            const [lifted] = model.splice(each.lift, 1);
            if (lifted) book.remove(lifted.id);
          } else clock.advance(each.wait);
          model = model.filter(({ expiresAt }) => (expiresAt ?? Infinity) > clock.wallTime());
          const ids = (records: readonly BanRecord[]): string[] =>
            records.map(({ id }) => id).sort();
          expect(ids(book.list())).to.deep.equal(ids(model));
          const hits = model.filter(({ subject: it }) =>
            it.kind === 'user' ? it.userId === 'ann' : covers(it.network, from),
          );
          const ends = hits.map(({ expiresAt }) => expiresAt ?? Infinity);
          const found = book.find('ann', from);
          expect(found === null ? -Infinity : (found.expiresAt ?? Infinity)).to.equal(
            Math.max(-Infinity, ...ends),
          );
        }
      }),
    );
  });
});

function covers(text: string, address: string): boolean {
  const [base = '', length = ''] = text.split('/');
  const bits = (it: string): string =>
    it
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  return bits(base).slice(0, Number(length)) === bits(address).slice(0, Number(length));
}
