import { carriesFec, opusWasm } from '@sidetone/opus-wasm';
import type { EncoderSettings, FrameDecoder } from '@sidetone/protocol';
import { speech } from '@sidetone/testkit';
import { expect } from 'chai';
import fc from 'fast-check';
import { frameDurationsMs, voice } from './settings.js';

const codec = opusWasm();
/** Two seconds of words without a long pause. */
const words = speech('alpha').subarray(40_000, 136_000);
const LOST_OF = 5;

/**
 * Frames of 40 and 60 ms are repeated as a whole only where all of them is SILK; with more bits, or
 * more of them for speech of full bandwidth, they fall into frames of 20 ms, of which the last is.
 */
const RECOVERABLE = {
  10: { bitrateBps: 32_000, expectedLossPercent: 20 },
  20: { bitrateBps: 32_000, expectedLossPercent: 10 },
  40: { bitrateBps: 20_000, expectedLossPercent: 10 },
  60: { bitrateBps: 20_000, expectedLossPercent: 10 },
} as const;

function encode(settings: EncoderSettings): Uint8Array[] {
  const encoder = codec.createEncoder(settings);
  const { channels, frameDurationMs } = settings;
  const length = 48 * frameDurationMs;
  const packets = Array.from({ length: Math.floor(words.length / length) }, (_, at) => {
    const mono = words.subarray(at * length, (at + 1) * length);
    const frame = Float32Array.from(
      { length: length * channels },
      (_sample, n) => mono[Math.floor(n / channels)] ?? 0,
    );
    return encoder.encode(frame);
  });
  encoder.close();
  return packets;
}

/** Part of the packets that repeat the frame before. */
function fecShare(settings: Partial<EncoderSettings>): number {
  const packets = encode({ ...voice, ...settings });
  return packets.filter(carriesFec).length / packets.length;
}

type Replace = (decoder: FrameDecoder, next: Uint8Array) => Float32Array;

const recover: Replace = (decoder, next) => decoder.recover(next);
const conceal: Replace = (decoder) => decoder.conceal();

/** Every fifth frame lost: what is put in for it, over its error; silence has 0 dB. */
function lossSnrDb(settings: EncoderSettings, replace: Replace): number {
  const packets = encode(settings);
  const { channels } = settings;
  const [whole, lossy] = [codec.createDecoder({ channels }), codec.createDecoder({ channels })];
  let [signal, error] = [0, 0];
  packets.slice(0, -1).forEach((packet, at) => {
    const expected = whole.decode(packet);
    if (at % LOST_OF !== LOST_OF - 1) return void lossy.decode(packet);
    const heard = replace(lossy, packets[at + 1]!);
    expect(heard.length).to.equal(expected.length);
    expected.forEach((sample, n) => {
      signal += sample ** 2;
      error += (sample - heard[n]!) ** 2;
    });
  });
  for (const decoder of [whole, lossy]) decoder.close();
  return 10 * Math.log10(signal / error);
}

describe('Opus error correction', () => {
  it('is in the packets from 5 % at 32 kbit/s, 10 at 24 and 30 at 16 on, and never at 12', () => {
    const share = (bitrateBps: number, expectedLossPercent: number): number =>
      fecShare({ bitrateBps, expectedLossPercent });
    expect(share(32_000, 5)).to.be.above(0.7);
    expect(share(24_000, 10)).to.be.above(0.7);
    expect(share(24_000, 5)).to.equal(0);
    expect(share(16_000, 30)).to.be.above(0.7);
    expect(share(16_000, 20)).to.equal(0);
    expect(share(12_000, 30)).to.equal(0);
  });

  it('needs more of both with less effort', () => {
    const share = (bitrateBps: number, expectedLossPercent: number): number =>
      fecShare({ bitrateBps, expectedLossPercent, complexity: 5 });
    expect(share(32_000, 5)).to.equal(0);
    expect(share(32_000, 10)).to.be.above(0.7);
    expect(share(16_000, 30)).to.equal(0);
  });

  it('is there with the defaults of voice, and not where it is switched off or for audio', () => {
    expect(fecShare({})).to.be.above(0.7);
    expect(fecShare({ fec: false })).to.equal(0);
    expect(fecShare({ application: 'audio', bitrateBps: 96_000 })).to.equal(0);
  });

  it('comes and goes with an adjustment', () => {
    const encoder = codec.createEncoder({ ...voice, expectedLossPercent: 0 });
    const share = (): number => {
      const frames = Array.from({ length: 50 }, (_, at) =>
        words.subarray(at * 960, at * 960 + 960),
      );
      return frames.filter((frame) => carriesFec(encoder.encode(frame))).length / frames.length;
    };
    expect(share()).to.equal(0);
    encoder.adjust({ expectedLossPercent: 15 });
    expect(share()).to.be.above(0.7);
    encoder.adjust({ bitrateBps: 10_000 });
    expect(share()).to.be.below(0.1);
    encoder.close();
  });

  for (const channels of [1, 2] as const) {
    for (const frameDurationMs of frameDurationsMs) {
      it(`brings back lost frames of ${frameDurationMs} ms, ${channels} channel(s), concealment does not`, () => {
        const settings = { ...voice, channels, frameDurationMs, ...RECOVERABLE[frameDurationMs] };
        const recovered = lossSnrDb(settings, recover);
        const concealed = lossSnrDb(settings, conceal);
        expect(concealed).to.be.within(-3, 6);
        expect(recovered).to.be.above(concealed + 3);
        expect(recovered).to.be.above(5);
      });
    }
  }

  it('is no worse than concealment where there is none', () => {
    const settings: EncoderSettings = { ...voice, fec: false };
    const difference = lossSnrDb(settings, recover) - lossSnrDb(settings, conceal);
    expect(difference).to.be.within(-0.01, 0.01);
  });

  it('is looked for in any bytes without harm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(carriesFec(bytes)).to.be.a('boolean');
      }),
      { numRuns: 2_000 },
    );
  });
});
