import { expect } from 'chai';
import { retrySpreadMs } from '../../src/control/retry-spread.js';

describe('The time after which those come back who had to leave together', () => {
  const between = (sessions: number): readonly number[] => [
    retrySpreadMs(sessions, () => 0),
    retrySpreadMs(sessions, () => 1 - Number.EPSILON),
  ];

  it('is 1 to 5 s for a few', () => {
    expect(between(0)).to.deep.equal([1000, 4999]);
    expect(between(200)).to.deep.equal([1000, 4999]);
  });

  it('has 20 ms for each of many', () => {
    expect(between(1000)).to.deep.equal([1000, 20_999]);
  });
});
