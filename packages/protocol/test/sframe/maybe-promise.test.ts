import { expect } from 'chai';
import * as everything from '../../src/index.node.js';
import { andThen } from '../../src/index.node.js';

describe('andThen', () => {
  it('goes on in the same tick with a plain value', () => {
    expect(andThen(2, (value) => value + 1)).to.equal(3);
  });

  it('waits for a promise, and hands on its rejection', async () => {
    expect(await andThen(Promise.resolve(2), (value) => value + 1)).to.equal(3);
    const failed = andThen(Promise.reject(new Error('lost')), () => 'reached');
    const message = await Promise.resolve(failed).catch((error: Error) => error.message);
    expect(message).to.equal('lost');
  });
});

describe('the package', () => {
  it('exports no "then", which would make a dynamic import of it wait for ever', () => {
    expect(everything).not.to.have.property('then');
  });
});
