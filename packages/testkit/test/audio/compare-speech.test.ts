import { expect } from 'chai';
import fc from 'fast-check';
import { compareSpeech } from '../../src/audio/compare-speech.js';
import { speech, speechNames } from '../../src/audio/speech.js';
import { expectVoiceError } from './expect-voice-error.js';
import { noise } from './noise.js';

const options = { sampleRate: 48_000, maxShiftMs: 1_000 };
const FRAME_SAMPLES = 960;

function delayed(samples: Float32Array, shift: number): Float32Array {
  const heard = new Float32Array(Math.max(0, samples.length + shift));
  if (shift >= 0) heard.set(samples, shift);
  else heard.set(samples.subarray(-shift));
  return heard;
}

function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length);
}

/** Adds noise that lies `snrDb` below the speech in every frame of its own. */
function withNoise(samples: Float32Array, snrDb: number): Float32Array {
  const added = noise(samples.length, 1);
  const heard = Float32Array.from(samples);
  for (let start = 0; start < heard.length; start += FRAME_SAMPLES) {
    const frame = samples.subarray(start, start + FRAME_SAMPLES);
    // Uniform noise in -1..1 has an rms of 1 / sqrt(3).
    const gain = rms(frame) * Math.sqrt(3) * 10 ** (-snrDb / 20);
    for (let n = start; n < start + frame.length; n++) heard[n]! += added[n]! * gain;
  }
  return heard;
}

describe('compareSpeech', () => {
  const alpha = speech('alpha');

  it('gives an exact copy a correlation of 1 and 60 dB', () => {
    const { shiftSamples, correlation, segmentalSnrDb } = compareSpeech(alpha, alpha, options);
    expect(shiftSamples).to.equal(0);
    expect(correlation).to.be.closeTo(1, 1e-9);
    expect(segmentalSnrDb).to.equal(60);
  });

  it('finds any shift in its range to the sample', () => {
    const second = alpha.subarray(24_000, 72_000);
    fc.assert(
      fc.property(fc.integer({ min: -4_800, max: 4_800 }), (shift) => {
        const comparison = compareSpeech(second, delayed(second, shift), {
          ...options,
          maxShiftMs: 100,
        });
        expect(comparison.shiftSamples).to.equal(shift);
      }),
      { numRuns: 25 },
    );
  });

  for (const shift of [-48_000, -12_345, -1, 1, 7, 960, 48_000]) {
    it(`finds a shift of ${shift} samples in five seconds`, () => {
      const comparison = compareSpeech(alpha, delayed(alpha, shift), options);
      expect(comparison.shiftSamples).to.equal(shift);
    });
  }

  it('finds a shift in noise as strong as the speech', () => {
    const comparison = compareSpeech(alpha, delayed(withNoise(alpha, 0), 3_001), options);
    expect(comparison.shiftSamples).to.equal(3_001);
    expect(comparison.correlation).to.be.closeTo(Math.SQRT1_2, 0.02);
  });

  it('finds a quiet copy behind a louder stranger', () => {
    const heard = new Float32Array(alpha.length + 30_000);
    heard.set(speech('bravo').subarray(0, 28_000));
    heard.set(
      alpha.map((sample) => sample * 0.1),
      30_000,
    );
    expect(compareSpeech(alpha, heard, options).shiftSamples).to.equal(30_000);
  });

  it('does not find a shift beyond its range', () => {
    const heard = delayed(alpha, 9_600);
    const comparison = compareSpeech(alpha, heard, { ...options, maxShiftMs: 100 });
    expect(Math.abs(comparison.shiftSamples)).to.be.at.most(4_800);
    expect(comparison.correlation).to.be.below(0.5);
  });

  for (const snrDb of [-5, 0, 10, 25, 40]) {
    it(`measures noise ${snrDb} dB below the speech`, () => {
      const comparison = compareSpeech(alpha, withNoise(alpha, snrDb), options);
      expect(comparison.segmentalSnrDb).to.be.closeTo(snrDb, 0.3);
    });
  }

  it('weighs each frame alike, and pauses not at all', () => {
    // One frame in four is lost (0 dB), three are exact (60 dB); the fifth is a pause, 50 dB below,
    // with noise in it.
    const reference = noise(5 * FRAME_SAMPLES, 2);
    for (let n = 4 * FRAME_SAMPLES; n < reference.length; n++) reference[n]! *= 0.003;
    const heard = Float32Array.from(reference);
    heard.fill(0, FRAME_SAMPLES, 2 * FRAME_SAMPLES);
    heard.fill(0.3, 4 * FRAME_SAMPLES);
    const comparison = compareSpeech(reference, heard, { ...options, maxShiftMs: 0 });
    expect(comparison.segmentalSnrDb).to.be.closeTo(45, 1e-9);
  });

  it('clamps a frame at -10 dB', () => {
    const reference = noise(FRAME_SAMPLES, 3);
    const heard = reference.map((sample) => sample * -100);
    const comparison = compareSpeech(reference, heard, { ...options, maxShiftMs: 0 });
    expect(comparison.segmentalSnrDb).to.equal(-10);
    expect(comparison.correlation).to.be.closeTo(-1, 1e-9);
  });

  it('hears that another volume is the same sound', () => {
    const quiet = alpha.map((sample) => sample * 0.25);
    expect(compareSpeech(alpha, quiet, options).correlation).to.be.closeTo(1, 1e-6);
  });

  it('lowers both figures for speech that was lost', () => {
    const cut = compareSpeech(alpha, alpha.subarray(0, alpha.length / 2), options);
    expect(cut.correlation).to.be.below(0.95);
    expect(cut.segmentalSnrDb).to.be.below(45);
    expect(cut.shiftSamples).to.equal(0);
  });

  it('tells every utterance from every other', () => {
    for (const one of speechNames) {
      for (const other of speechNames) {
        if (one === other) continue;
        const { correlation } = compareSpeech(speech(one), speech(other), options);
        expect(correlation, `${one} and ${other}`).to.be.below(0.5);
      }
    }
  }).timeout(30_000);

  it('answers silence and an empty recording with figures, not with NaN', () => {
    for (const heard of [new Float32Array(alpha.length), new Float32Array(0)]) {
      expect(compareSpeech(alpha, heard, options)).to.deep.equal({
        shiftSamples: 0,
        correlation: 0,
        segmentalSnrDb: 0,
      });
    }
  });

  it('works at the rate of a telephone', () => {
    const reference = noise(8_000, 4);
    const comparison = compareSpeech(reference, delayed(reference, -77), {
      sampleRate: 8_000,
      maxShiftMs: 50,
    });
    expect(comparison.shiftSamples).to.equal(-77);
  });

  it('refuses what has no answer', () => {
    const refused: readonly [Float32Array, Float32Array, object][] = [
      [new Float32Array(48_000), alpha, {}],
      [alpha.subarray(0, 900), alpha, {}],
      [alpha, Float32Array.of(0, NaN), {}],
      [Float32Array.of(Infinity), alpha, {}],
      [alpha, new Float32Array(5_760_001), {}],
      [alpha, alpha, { sampleRate: 0 }],
      [alpha, alpha, { maxShiftMs: -1 }],
      [alpha, alpha, { maxShiftMs: NaN }],
      [alpha, alpha, { maxShiftMs: 10_001 }],
    ];
    for (const [reference, heard, wrong] of refused) {
      expectVoiceError('ERR_AUDIO_COMPARISON', () =>
        compareSpeech(reference, heard, { ...options, ...wrong }),
      );
    }
  });
});
