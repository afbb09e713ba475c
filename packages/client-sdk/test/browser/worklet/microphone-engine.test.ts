import { expect } from 'chai';
import fc from 'fast-check';
import { resample } from '../../../src/audio/resample.js';
import { CHUNK_SAMPLES, MicrophoneEngine } from '../../../src/browser/worklet/microphone-engine.js';

const tone = (count: number, rateHz: number, hz = 440): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rateHz));

function engineAt(sampleRateHz: number) {
  const posted: Float32Array<ArrayBuffer>[] = [];
  const engine = new MicrophoneEngine({
    sampleRateHz,
    post: ({ samples }, transfer) => {
      expect(transfer).to.deep.equal([samples.buffer]);
      posted.push(structuredClone(samples, { transfer }));
    },
  });
  const feed = (samples: Float32Array, quantum: number): void => {
    for (let from = 0; from < samples.length; from += quantum) {
      const piece = samples.subarray(from, from + quantum);
      engine.capture([piece], piece.length);
    }
  };
  const heard = (): Float32Array => Float32Array.from(posted.flatMap((chunk) => [...chunk]));
  return { engine, posted, feed, heard };
}

describe('The microphone on the audio thread', () => {
  it('gives the samples of its device in chunks of 10 ms, whatever the quantum', () => {
    const samples = tone(4_800, 48_000);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_500 }), (quantum) => {
        const { posted, feed, heard } = engineAt(48_000);
        feed(samples, quantum);
        expect(posted.every(({ length }) => length === CHUNK_SAMPLES)).to.equal(true);
        expect(heard()).to.deep.equal(samples);
      }),
      { numRuns: 30 },
    );
  });

  it('mixes several channels down to one', () => {
    const { engine, heard } = engineAt(48_000);
    const left = new Float32Array(480).fill(0.5);
    const right = new Float32Array(480).fill(-0.25);
    engine.capture([left, right], 480);
    expect(heard()).to.deep.equal(new Float32Array(480).fill(0.125));
    engine.capture([left, right, left, right], 480);
    expect(heard().at(-1)).to.equal(0.125);
  });

  for (const rateHz of [44_100, 16_000, 96_000]) {
    it(`gives 48 kHz in a context of ${rateHz} Hz`, () => {
      const { feed, heard } = engineAt(rateHz);
      const samples = tone(rateHz / 5, rateHz);
      feed(samples, 128);
      const whole = resample(samples, 1, rateHz, 48_000);
      const given = heard();
      expect(given.length).to.be.within(9_000, 9_600);
      const errors = given.map((sample, i) => Math.abs(sample - (whole[i] ?? NaN)));
      expect(Math.max(...errors)).to.be.below(2e-3);
    });
  }

  it('uses the memory that comes back, and asks for more only while none does', () => {
    const { engine, posted, feed } = engineAt(48_000);
    const mine = new Float32Array(CHUNK_SAMPLES);
    engine.giveBack(mine);
    feed(tone(480, 48_000), 128);
    feed(tone(960, 48_000), 128);
    expect(mine.length, 'gone with a chunk').to.equal(0);
    expect(posted.length).to.equal(3);
  });

  it('keeps a second at most for a Worker that takes nothing, and goes on when it does', () => {
    const { engine, posted, feed } = engineAt(48_000);
    feed(new Float32Array(3 * 48_000), 128);
    expect(posted.length).to.equal(100);
    for (let i = 0; i < 60; i++) engine.giveBack(new Float32Array(CHUNK_SAMPLES));
    feed(tone(48_000, 48_000), 128);
    expect(posted.length).to.equal(160);
    engine.connected();
    feed(tone(4_800, 48_000), 128);
    expect(posted.length, 'another Worker').to.equal(170);
  });

  it('sends nothing while no device is connected, and goes on when another one is', () => {
    const { engine, heard, feed } = engineAt(48_000);
    feed(new Float32Array(100).fill(0.25), 100);
    for (let i = 0; i < 50; i++) engine.capture([], 128);
    feed(new Float32Array(380).fill(0.5), 95);
    expect(heard().slice(98, 102)).to.deep.equal(Float32Array.of(0.25, 0.25, 0.5, 0.5));
  });

  it('forgets what was begun before a long pause', () => {
    const { engine, heard, feed } = engineAt(48_000);
    feed(new Float32Array(100).fill(0.25), 100);
    for (let i = 0; i < 100; i++) engine.capture([], 128);
    feed(new Float32Array(480).fill(0.5), 96);
    expect(heard()).to.deep.equal(new Float32Array(480).fill(0.5));
  });
});
