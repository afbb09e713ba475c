import { expect } from 'chai';
import { MemoryMetrics } from '../../src/defaults/memory-metrics.js';

describe('memory metrics', () => {
  it('counts by name and reason, and gives one counter for one pair', () => {
    const metrics = new MemoryMetrics();
    metrics.counter('voice.forwarded').add();
    metrics.counter('voice.forwarded').add(4);
    metrics.counter('voice.dropped', 'replayed').add();
    expect(metrics.counter('voice.forwarded')).to.equal(metrics.counter('voice.forwarded'));
    expect(metrics.counter('voice.dropped', 'malformed').value).to.equal(0);
    expect(metrics.snapshot()).to.deep.equal({
      'voice.forwarded': 5,
      'voice.dropped.replayed': 1,
      'voice.dropped.malformed': 0,
    });
  });
});
