import { expect } from 'chai';
import fc from 'fast-check';
import { JitterMeter } from '../../src/voice/jitter-meter.js';
import { LossWindow } from '../../src/voice/loss-window.js';
import { PathMonitor } from '../../src/voice/path-monitor.js';
import { QualityGauge, type QualityMeasurement } from '../../src/voice/quality-gauge.js';

const WELL: QualityMeasurement = {
  rttMs: 20,
  uplinkLoss: 0,
  downlinkLoss: 0,
  jitterMs: 2,
  server: 'answering',
};

function levels(measurements: readonly Partial<QualityMeasurement>[]): string[] {
  const gauge = new QualityGauge();
  return measurements.map((measurement) => {
    const { level, reasons } = gauge.judge({ ...WELL, ...measurement });
    return [level, ...reasons].join(' ');
  });
}

describe('The quality of voice', () => {
  it('names what is bad and how bad', () => {
    for (const [measurement, words] of [
      [{}, 'good'],
      [{ uplinkLoss: null, downlinkLoss: null, rttMs: null, jitterMs: null }, 'good'],
      [{ uplinkLoss: 0.029 }, 'good'],
      [{ uplinkLoss: 0.03 }, 'fair uplink'],
      [{ uplinkLoss: 0.15 }, 'poor uplink'],
      [{ downlinkLoss: 0.05 }, 'fair downlink'],
      [{ downlinkLoss: 0.5, uplinkLoss: 0.04 }, 'poor uplink downlink'],
      [{ rttMs: 299 }, 'good'],
      [{ rttMs: 300 }, 'fair server'],
      [{ rttMs: 800 }, 'poor server'],
      [{ server: 'controlDown' }, 'fair server'],
      [{ server: 'unanswered' }, 'poor server'],
      [{ server: 'unreachable', uplinkLoss: null }, 'poor server'],
    ] as const) {
      expect(levels([measurement])).to.deep.equal([words]);
    }
  });

  it('gets worse at once and better only after three judgements', () => {
    expect(levels([{ uplinkLoss: 0.2 }, {}, {}, {}, {}])).to.deep.equal([
      'poor uplink',
      'poor uplink',
      'poor uplink',
      'good',
      'good',
    ]);
  });

  it('does not flicker around a threshold', () => {
    const around = [0.031, 0.029, 0.03, 0.028, 0.032, 0.029, 0.029, 0.029, 0.029];
    const said = new Set(levels(around.map((uplinkLoss) => ({ uplinkLoss }))));
    expect([...said]).to.deep.equal(['fair uplink']);
  });

  it('has a reason whenever it is not good', () => {
    const part = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));
    const measurement = fc.record({
      rttMs: fc.option(fc.integer({ min: 0, max: 3_000 })),
      uplinkLoss: part,
      downlinkLoss: part,
      jitterMs: part,
      server: fc.constantFrom('answering', 'unanswered', 'controlDown', 'unreachable'),
    });
    fc.assert(
      fc.property(fc.array(measurement as fc.Arbitrary<QualityMeasurement>), (all) => {
        const gauge = new QualityGauge();
        for (const each of all) {
          const { level, reasons } = gauge.judge(each);
          expect(reasons.length > 0).to.equal(level !== 'good');
        }
      }),
    );
  });
});

describe('The counters in pings and pongs', () => {
  const sample = (at: number, counts: [number, number, number, number]) => {
    const [sent, arrivedThere, sentThere, arrived] = counts.map((count) => count >>> 0) as [
      number,
      number,
      number,
      number,
    ];
    return { at, sent, arrivedThere, sentThere, arrived };
  };

  it('show what is lost in either direction, also where they wrap around', () => {
    const window = new LossWindow();
    window.add(sample(0, [-50, -20, -100, -100]));
    expect(window.loss(1_000)).to.deep.equal({ uplink: null, downlink: null });
    window.add(sample(1_000, [50, 30, 0, -10]));
    const { uplink, downlink } = window.loss(1_000);
    expect(uplink).to.equal(0.5);
    expect(downlink).to.be.closeTo(0.1, 1e-9);
  });

  it('say nothing of fewer than ten frames, of a shorter time, or of counters that went back', () => {
    const window = new LossWindow();
    window.add(sample(0, [100, 100, 100, 100]));
    window.add(sample(999, [200, 100, 200, 100]));
    expect(window.loss(1_000)).to.deep.equal({ uplink: null, downlink: null });
    window.add(sample(1_000, [109, 100, 50, 100]));
    expect(window.loss(1_000)).to.deep.equal({ uplink: null, downlink: null });
  });

  it('begin with the newest sample that is old enough', () => {
    const window = new LossWindow();
    window.add(sample(0, [0, 0, 0, 0]));
    window.add(sample(2_000, [100, 0, 0, 0]));
    window.add(sample(3_000, [200, 100, 0, 0]));
    expect(window.loss(1_000).uplink).to.equal(0);
    expect(window.loss(3_000).uplink).to.equal(0.5);
  });
});

describe('The pings of a path', () => {
  it('are numbered on for ever, measure the way, and a pong stands for those before it', () => {
    const sent: number[] = [];
    const monitor = new PathMonitor(2 ** 32 - 2);
    const path = { ping: (id: number) => sent.push(id) * 0 };
    for (const at of [0, 1_000, 2_000]) monitor.ping(path, at);
    expect(sent).to.deep.equal([2 ** 32 - 2, 2 ** 32 - 1, 0]);
    expect(monitor.unansweredSince).to.equal(0);
    const counters = { mediaSent: 0, mediaReceived: 0, mediaReceivedHere: 0 };
    expect(monitor.pong({ id: 2 ** 32 - 1, ...counters }, 1_040)).to.equal(1_000);
    expect([monitor.rttMs, monitor.unansweredSince]).to.deep.equal([40, 2_000]);
    expect(monitor.pong({ id: 2 ** 32 - 2, ...counters }, 1_050), 'too late').to.equal(null);
    expect(monitor.pong({ id: 77, ...counters }, 1_060)).to.equal(null);
    expect(monitor.pong({ id: 0, ...counters }, 2_120)).to.equal(2_000);
    expect([monitor.rttMs, monitor.unansweredSince]).to.deep.equal([50, null]);
  });
});

describe('The jitter', () => {
  const source = { id: 'a', handle: 1, session: 's', kind: 'microphone' };

  it('is none of evenly spaced frames, whatever their distance', () => {
    const meter = new JitterMeter();
    expect(meter.jitterMs(0)).to.equal(null);
    for (let n = 0; n < 20; n++) meter.heard({ source, time: n * 960 }, n * 20);
    expect(meter.jitterMs(400)).to.equal(0);
    expect(meter.jitterMs(10_000)).to.equal(null);
  });

  it('approaches the mean deviation, and a pause between talkspurts is none', () => {
    const meter = new JitterMeter();
    for (let n = 0; n < 200; n++) {
      meter.heard({ source, time: n * 960 }, n * 20 + (n % 2) * 10);
    }
    expect(meter.jitterMs(4_000)).to.be.closeTo(10, 0.1);
    meter.heard({ source, time: 200 * 960 }, 60_000);
    expect(meter.jitterMs(5_000)).to.be.closeTo(10, 0.1);
  });
});
