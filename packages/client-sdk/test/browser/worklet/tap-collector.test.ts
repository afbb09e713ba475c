import { expect } from 'chai';
import { MAX_UNTAKEN, TapCollector } from '../../../src/browser/worklet/tap-collector.js';
import { opusFrame } from '../../support/opus-frames.js';

const { source, route } = opusFrame(0);

function bench() {
  const told: Float32Array<ArrayBuffer>[] = [];
  const collector = new TapCollector(({ samples }) => void told.push(samples));
  /** Each 10 ms in a batch of its own. */
  const write = (count: number): void => {
    for (let i = 0; i < count; i++) {
      const samples = new Float32Array(480);
      collector.write({ source, route, channels: 1, samples, heardAtMs: 1_000 * i });
    }
    collector.flush();
  };
  return { told, collector, write };
}

describe('The taps of an audio thread', () => {
  it('keep no more than some seconds for a main thread that takes nothing, and go on when it does', () => {
    const { told, collector, write } = bench();
    write(MAX_UNTAKEN + 500);
    expect(told.length).to.equal(MAX_UNTAKEN);
    for (const samples of told.splice(0)) collector.giveBack(samples);
    write(10);
    expect(told.length).to.equal(10);
  });
});
