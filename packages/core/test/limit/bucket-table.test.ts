import { expect } from 'chai';
import { BucketTable } from '../../src/limit/bucket-table.js';

describe('BucketTable', () => {
  it('has a bucket for each name, and says how long to wait', () => {
    const table = new BucketTable({ burst: 2, perSecond: 4 }, 10);
    expect([0, 0, 0].map((at) => table.take('a', at))).to.deep.equal([0, 0, 250]);
    expect(table.take('b', 0)).to.equal(0);
    expect(table.take('a', 249)).to.equal(1);
    expect(table.take('a', 250)).to.equal(0);
  });

  it('says what a token would cost without taking one, and remembers nobody for it', () => {
    const table = new BucketTable({ burst: 1, perSecond: 1 }, 10);
    expect([table.waitMs('a', 0), table.size]).to.deep.equal([0, 0]);
    expect([table.take('a', 0), table.waitMs('a', 400), table.waitMs('a', 1000)]).to.deep.equal([
      0, 600, 0,
    ]);
    expect(table.take('a', 1000)).to.equal(0);
  });

  it('forgets who was not asked for longest', () => {
    const table = new BucketTable({ burst: 1, perSecond: 1 }, 2);
    table.take('a', 0);
    table.take('b', 0);
    expect(table.take('a', 0)).to.equal(1000);
    table.take('c', 0);
    expect(table.size).to.equal(2);
    expect(table.take('a', 0)).to.equal(1000);
    expect(table.take('b', 0)).to.equal(0);
  });

  it('forgets nobody for one it knows', () => {
    const table = new BucketTable({ burst: 1, perSecond: 1 }, 3);
    for (const name of ['a', 'b', 'c', 'b']) table.take(name, 0);
    expect(table.take('a', 0)).to.equal(1000);
  });
});
