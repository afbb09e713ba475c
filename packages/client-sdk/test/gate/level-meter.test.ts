import { expect } from 'chai';
import { CaptureRing } from '../../src/gate/capture-ring.js';
import { CaptureTimeline } from '../../src/gate/capture-timeline.js';
import { LevelMeter } from '../../src/gate/level-meter.js';

describe('A level meter', () => {
  const flat = (value: number, ms: number): Float32Array => new Float32Array(ms * 48).fill(value);

  it('reads the RMS of the last 20 ms, however the samples come', () => {
    const meter = new LevelMeter(48);
    expect(meter.reading).to.deep.equal({ rmsDbfs: -120, peakDbfs: -120 });
    meter.add(flat(0.1, 20));
    expect(meter.reading.rmsDbfs).to.be.closeTo(-20, 1e-4);
    for (let i = 0; i < 20; i++) meter.add(flat(0.01, 1));
    expect(meter.reading.rmsDbfs).to.be.closeTo(-40, 1e-4);
  });

  it('holds a peak for one second, and then what was highest since', () => {
    const meter = new LevelMeter(48);
    meter.add(flat(1, 1));
    meter.add(flat(0.01, 499));
    meter.add(flat(0.1, 1));
    meter.add(flat(0.01, 499));
    expect(meter.reading.peakDbfs).to.be.closeTo(0, 1e-4);
    meter.add(flat(0.01, 2));
    expect(meter.reading.peakDbfs).to.be.closeTo(-20, 1e-4);
    meter.add(flat(0.01, 1_100));
    expect(meter.reading.peakDbfs).to.be.closeTo(-40, 1e-4);
  });
});

describe('The time of captured sound', () => {
  it('runs on without gaps while chunks come about when they should', () => {
    const timeline = new CaptureTimeline();
    expect(timeline.place(20, 1_000)).to.equal(980);
    expect(timeline.place(20, 1_075), 'late by 55 ms').to.equal(1_000);
    expect(timeline.place(20, 1_075)).to.equal(1_020);
    expect(timeline.place(20, 1_075), 'from the future it is not').to.equal(1_040);
    expect(timeline.place(40, 1_085)).to.equal(1_045);
    expect(timeline.place(20, 2_000), 'after a pause').to.equal(1_980);
  });

  it('is what whoever captured it says', () => {
    const timeline = new CaptureTimeline();
    expect(timeline.place(20, 1_000, 930)).to.equal(930);
    expect(timeline.place(20, 1_000, 950)).to.equal(950);
  });
});

describe('A capture ring', () => {
  it('keeps what began within its time', () => {
    const ring = new CaptureRing<number>(100);
    for (let n = 0; n < 20; n++) ring.add({ startMs: n * 20, endMs: n * 20 + 20, frame: n });
    expect(ring.frames.map(({ frame }) => frame)).to.deep.equal([15, 16, 17, 18, 19]);
  });
});
