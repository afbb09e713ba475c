import { expect } from 'chai';
import { spectralDistances, type WindowDistance } from '../../src/audio/spectral-distance.js';
import { speech } from '../../src/audio/speech.js';
import { noise } from './noise.js';

const options = { sampleRate: 48_000, minShiftMs: -20, maxShiftMs: 700 };
const WINDOW_SAMPLES = 24_000;

const meanDb = (windows: readonly WindowDistance[]): number =>
  windows.reduce((sum, { distanceDb }) => sum + distanceDb, 0) / windows.length;

/** The speech with these parts of it silent, in samples. */
function without(samples: Float32Array, from: number, to: number): Float32Array {
  return Float32Array.from(samples).fill(0, from, to);
}

describe('spectral distances', () => {
  const alpha = speech('alpha');

  it('are 0 between a recording and itself', () => {
    const windows = spectralDistances(alpha, alpha, options);
    expect(windows.length).to.be.within(5, alpha.length / WINDOW_SAMPLES);
    for (const { shiftMs, correlation, distanceDb } of windows) {
      expect(shiftMs).to.equal(0);
      expect(correlation).to.be.closeTo(1, 1e-6);
      expect(distanceDb).to.equal(0);
    }
  });

  it('find each window where it is, although the delay changes between them', () => {
    // A pause of 250 ms is put in before the third window, as a stalled network does.
    const later = 2 * WINDOW_SAMPLES;
    const heard = new Float32Array(alpha.length + 12_000);
    heard.set(alpha.subarray(0, later));
    heard.set(alpha.subarray(later), later + 12_000);
    const windows = spectralDistances(alpha, heard, options);
    for (const { startMs, shiftMs, distanceDb } of windows) {
      expect(shiftMs, `at ${startMs} ms`).to.equal(startMs < 1_000 ? 0 : 250);
      expect(distanceDb).to.equal(0);
    }
  });

  it('find a recording that begins before the reference', () => {
    const windows = spectralDistances(alpha, alpha.subarray(480), options);
    // Of the first window, the first 10 ms are not there.
    for (const { shiftMs, distanceDb } of windows.slice(1)) {
      expect(shiftMs).to.equal(-10);
      expect(distanceDb).to.equal(0);
    }
  });

  it('count a gap of 200 ms, and hardly as much sound in a pace that changes', () => {
    // 10 ms less after each 100, cut without fading: more than any time stretcher does.
    const parts: number[] = [];
    for (let start = 0; start < 24_000; start += 5_280) {
      parts.push(...alpha.subarray(start, start + 4_800));
    }
    const quicker = Float32Array.from([...parts, ...alpha.subarray(24_000)]);
    const halted = new Float32Array(alpha.length + 9_600);
    halted.set(alpha.subarray(0, 12_000));
    halted.set(alpha.subarray(12_000), 21_600);
    const first = (heard: Float32Array): number =>
      spectralDistances(alpha, heard, { ...options, minShiftMs: -60 })[0]?.distanceDb ?? 0;
    expect(first(halted)).to.be.greaterThan(2 * first(quicker));
  });

  it('grow where sound is missing, and nowhere else', () => {
    const heard = without(alpha, WINDOW_SAMPLES + 4_800, WINDOW_SAMPLES + 9_600);
    const windows = spectralDistances(alpha, heard, options);
    const struck = windows.filter(({ distanceDb }) => distanceDb > 0);
    expect(struck.map(({ startMs }) => startMs)).to.deep.equal([500]);
    expect(struck[0]?.distanceDb).to.be.within(3, 20);
  });

  it('grow with noise, and with the loss of a band', () => {
    const part = alpha.subarray(0, 3 * WINDOW_SAMPLES);
    const added = noise(part.length, 4);
    const noisy = (gain: number): Float32Array =>
      part.map((sample, n) => sample + gain * (added[n] ?? 0));
    const [little, much] = [0.001, 0.01].map((gain) =>
      meanDb(spectralDistances(part, noisy(gain), options)),
    );
    expect(little).to.be.within(0.1, 8);
    expect(much).to.be.greaterThan((little ?? 0) + 2);
    // Means of 16 samples let little through above 1.5 kHz.
    let sum = 0;
    const dull = part.map((sample, n) => (sum += sample - (part[n - 16] ?? 0)) / 16);
    expect(meanDb(spectralDistances(part, dull, options))).to.be.greaterThan(5);
  });

  it('count gain: 6 dB of it are a distance of 6 dB where nothing is at the floor', () => {
    const loud = noise(48_000, 2);
    const half = loud.map((sample) => sample / 2);
    for (const { distanceDb } of spectralDistances(loud, half, options)) {
      expect(distanceDb).to.be.closeTo(20 * Math.log10(2), 0.05);
    }
  });

  it('leave out windows in which nobody speaks', () => {
    const quiet = without(alpha, 0, WINDOW_SAMPLES);
    const all = spectralDistances(alpha, alpha, options);
    const spoken = spectralDistances(quiet, alpha, options);
    expect(spoken.map(({ startMs }) => startMs)).to.deep.equal(
      all.map(({ startMs }) => startMs).filter((startMs) => startMs > 0),
    );
    expect(spectralDistances(new Float32Array(48_000), alpha, options)).to.deep.equal([]);
  });
});
