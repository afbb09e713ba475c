import { expect } from 'chai';
import { LiveEpochs } from '../../src/key/live-epochs.js';

describe('LiveEpochs', () => {
  it('knows none before the first is active', () => {
    const epochs = new LiveEpochs();
    expect(epochs.active).to.equal(-1);
    expect([0, 1, 15].map((low) => epochs.resolve(low, 0))).to.deep.equal([-1, -1, -1]);
  });

  it('takes the previous epoch for 1 s after the next became active, to the millisecond', () => {
    const epochs = new LiveEpochs();
    epochs.activate(0, 0);
    epochs.activate(1, 5_000);
    expect(epochs.resolve(0, 5_999)).to.equal(0);
    expect(epochs.resolve(0, 6_000)).to.equal(-1);
    expect(epochs.resolve(1, 1e9)).to.equal(1);
  });

  it('takes several previous epochs when rotations follow each other quickly', () => {
    const epochs = new LiveEpochs();
    for (let epoch = 0; epoch < 5; epoch++) epochs.activate(epoch, 250 * epoch);
    expect([0, 1, 2, 3, 4].map((low) => epochs.resolve(low, 1_249))).to.deep.equal([0, 1, 2, 3, 4]);
    expect([0, 1, 2, 3, 4].map((low) => epochs.resolve(low, 1_250))).to.deep.equal([
      -1, 1, 2, 3, 4,
    ]);
  });

  it('finds the whole epoch behind the four bits', () => {
    const epochs = new LiveEpochs();
    for (let epoch = 0; epoch <= 37; epoch++) epochs.activate(epoch, 2_000 * epoch);
    expect(epochs.resolve(37 % 16, 80_000)).to.equal(37);
    expect(epochs.resolve(36 % 16, 74_500)).to.equal(36);
  });
});
