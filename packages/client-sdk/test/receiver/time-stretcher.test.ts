import { expect } from 'chai';
import fc from 'fast-check';
import { TimeStretcher } from '../../src/receiver/time-stretcher.js';

const RATE = 48_000;
const FRAME = 960;

type Signal = (second: number) => number;

const sine =
  (hertz: number, amplitude = 0.5): Signal =>
  (second) =>
    amplitude * Math.sin(2 * Math.PI * hertz * second);

/** A glottal buzz: harmonics that fall off, in a pitch that glides as voices do. */
const voice =
  (hertz: number, glide = 0): Signal =>
  (second) => {
    const phase = 2 * Math.PI * (hertz * second + (glide * second * second) / 2);
    let sum = 0;
    for (let harmonic = 1; harmonic <= 20; harmonic++) sum += Math.sin(harmonic * phase) / harmonic;
    return 0.25 * sum;
  };

function noise(amplitude: number): Signal {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return amplitude * (state / 2 ** 31 - 1);
  };
}

function frameOf(signal: Signal, from = 0, count = FRAME, channels: 1 | 2 = 1): Float32Array {
  const samples = new Float32Array(count * channels);
  for (let i = 0; i < count; i++) {
    const value = signal((from + i) / RATE);
    for (let channel = 0; channel < channels; channel++) {
      samples[i * channels + channel] = channel === 0 ? value : -value / 2;
    }
  }
  return samples;
}

function largestStep(samples: Float32Array, channels = 1): number {
  let largest = 0;
  for (let i = channels; i < samples.length; i++) {
    largest = Math.max(largest, Math.abs((samples[i] ?? 0) - (samples[i - channels] ?? 0)));
  }
  return largest;
}

/** The strength of one frequency: Goertzel's sum, written out. */
function strength(samples: Float32Array, hertz: number): number {
  let [real, imaginary] = [0, 0];
  samples.forEach((value, i) => {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / samples.length);
    real += window * value * Math.cos((2 * Math.PI * hertz * i) / RATE);
    imaginary += window * value * Math.sin((2 * Math.PI * hertz * i) / RATE);
  });
  return Math.hypot(real, imaginary);
}

/** Plays frames one after the other, each changed as far as it can be. */
function stretchAll(signal: Signal, frames: number, wish: number): Float32Array {
  const stretcher = new TimeStretcher(1);
  const parts = Array.from({ length: frames }, (_, i) =>
    stretcher.stretch(frameOf(signal, i * FRAME), wish).slice(),
  );
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

const pitches = [90, 110, 150, 210, 300];

describe('The time stretcher', () => {
  for (const hertz of pitches) {
    it(`takes whole periods from a voice of ${hertz} Hz, and adds them, without a click`, () => {
      const frame = frameOf(voice(hertz));
      const step = largestStep(frame);
      for (const wish of [-720, 720]) {
        const changed = new TimeStretcher(1).stretch(frame, wish);
        const difference = Math.abs(changed.length - frame.length);
        const periods = difference / (RATE / hertz);
        expect(difference).to.be.within(120, 720);
        expect(Math.sign(changed.length - frame.length)).to.equal(Math.sign(wish));
        expect(Math.abs(periods - Math.round(periods))).to.be.below(0.02);
        expect(largestStep(changed)).to.be.at.most(1.2 * step);
      }
    });
  }

  it('keeps the pitch of a sine over many frames', () => {
    for (const wish of [-720, 720]) {
      const changed = stretchAll(sine(200), 50, wish);
      expect(Math.abs(changed.length - 50 * FRAME)).to.be.above(10 * FRAME);
      const kept = strength(changed, 200);
      for (const other of [150, 180, 220, 250, 400]) {
        expect(strength(changed, other)).to.be.below(kept / 20);
      }
      expect(largestStep(changed)).to.be.at.most(1.3 * largestStep(frameOf(sine(200))));
    }
  });

  it('leaves no click in a voice whose pitch glides', () => {
    const signal = voice(120, 40);
    const original = new Float32Array(50 * FRAME);
    for (let i = 0; i < 50; i++) original.set(frameOf(signal, i * FRAME), i * FRAME);
    for (const wish of [-720, 720]) {
      const changed = stretchAll(signal, 50, wish);
      expect(changed.length).to.not.equal(original.length);
      expect(largestStep(changed)).to.be.at.most(1.3 * largestStep(original));
    }
  });

  it('begins and ends with the samples of the frame, which go on in its neighbours', () => {
    const frame = frameOf(voice(120));
    for (const wish of [-720, 720]) {
      const changed = new TimeStretcher(1).stretch(frame, wish);
      expect([...changed.subarray(0, 20)]).to.deep.equal([...frame.subarray(0, 20)]);
      expect(changed.at(-1)).to.equal(frame.at(-1));
    }
  });

  it('leaves alone what has no period that fits', () => {
    const stretcher = new TimeStretcher(1);
    for (const signal of [noise(0.3), voice(47)]) {
      const frame = frameOf(signal);
      expect(stretcher.stretch(frame, -720)).to.equal(frame);
      expect(stretcher.stretch(frame, 720)).to.equal(frame);
    }
    const low = frameOf(voice(100));
    expect(stretcher.stretch(low, -384)).to.equal(low);
  });

  it('changes what is too quiet to hear by all that is wished', () => {
    const frame = frameOf(noise(0.002));
    const stretcher = new TimeStretcher(1);
    expect(stretcher.stretch(frame, -720)).to.have.length(FRAME - 720);
    expect(stretcher.stretch(frame, 480)).to.have.length(FRAME + 480);
    expect(stretcher.stretch(new Float32Array(FRAME), -480)).to.have.length(FRAME - 480);
  });

  it('changes both channels alike', () => {
    const frame = frameOf(voice(150), 0, FRAME, 2);
    const mono = frameOf(voice(150));
    const changed = new TimeStretcher(2).stretch(frame, -720).slice();
    const expected = new TimeStretcher(1).stretch(mono, -720);
    expect(changed.length).to.equal(2 * expected.length);
    expected.forEach((value, i) => {
      expect(changed[2 * i]).to.be.closeTo(value, 1e-6);
      expect(changed[2 * i + 1]).to.be.closeTo(-value / 2, 1e-6);
    });
    expect(largestStep(changed, 2)).to.be.at.most(1.2 * largestStep(frame, 2));
  });

  it('works within frames of 10 ms, and within ones of 60', () => {
    const short = new TimeStretcher(1).stretch(frameOf(voice(200), 0, 480), -720);
    expect(480 - short.length).to.be.closeTo(240, 3);
    const long = new TimeStretcher(1).stretch(frameOf(voice(100), 0, 2_880), 720);
    expect(long.length - 2_880).to.be.closeTo(480, 5);
  });

  it('never goes beyond the wish or beyond what it was given, whatever the samples', () => {
    const samples = fc.array(fc.float({ noNaN: true, min: -2, max: 2 }), {
      minLength: 0,
      maxLength: 700,
    });
    fc.assert(
      fc.property(samples, fc.integer({ min: -2_000, max: 2_000 }), (list, wish) => {
        const frame = Float32Array.from(list);
        const changed = new TimeStretcher(1).stretch(frame, wish);
        const difference = changed.length - frame.length;
        if (difference === 0) return;
        expect(Math.sign(difference)).to.equal(Math.sign(wish));
        expect(Math.abs(difference)).to.be.within(120, Math.min(720, Math.abs(wish)));
        expect(changed.every((value) => Math.abs(value) <= 2.0001)).to.equal(true);
      }),
    );
  });

  it('writes into memory of its own, the same for every frame', () => {
    const stretcher = new TimeStretcher(1);
    const frame = frameOf(voice(150));
    const before = frame.slice();
    const first = stretcher.stretch(frame, -720);
    const second = stretcher.stretch(frame, 720);
    expect(first.buffer).to.equal(second.buffer);
    expect([...frame]).to.deep.equal([...before]);
  });
});
