import { expect } from 'chai';
import { MemoryMetrics } from '../../src/defaults/memory-metrics.js';
import { createReasonCounters } from '../../src/metrics/reason-counters.js';

describe('createReasonCounters', () => {
  it('gives one counter of the metrics for each reason', () => {
    const metrics = new MemoryMetrics();
    const dropped = createReasonCounters(metrics, 'radio.dropped', ['late', 'malformed']);
    dropped.late.add(2);
    metrics.counter('radio.dropped', 'malformed').add();
    expect(dropped.malformed.value).to.equal(1);
    expect(metrics.snapshot()).to.deep.equal({
      'radio.dropped.late': 2,
      'radio.dropped.malformed': 1,
    });
    expect(dropped).to.be.frozen;
  });
});
