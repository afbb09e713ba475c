import { carriesFec, opusWasm } from '@sidetone/opus-wasm';
import { speech } from '@sidetone/testkit';
import { expect } from 'chai';
import { fecFloorPercent } from '../../src/codec-policy/fec-floor.js';
import { PROFILES } from '../../src/codec-policy/profile.js';

const words = speech('alpha').subarray(40_000, 88_000);
const voice = PROFILES.voice.encoder;

/** Part of the packets of speech that repeat the frame before. */
function fecShare(bitrateBps: number, expectedLossPercent: number, complexity: number): number {
  const settings = { ...voice, bitrateBps, expectedLossPercent, complexity };
  const encoder = opusWasm().createEncoder(settings);
  let count = 0;
  for (let at = 0; at < 50; at++) {
    if (carriesFec(encoder.encode(words.subarray(at * 960, (at + 1) * 960)))) count += 1;
  }
  encoder.close();
  return count / 50;
}

describe('The least expected loss', () => {
  it('puts error correction into the packets at every bitrate that has one', () => {
    for (const bitrateBps of [18_000, 20_000, 24_000, 28_000, 32_000, 40_000, 64_000]) {
      const share = fecShare(bitrateBps, fecFloorPercent(bitrateBps), 5);
      expect(share, `${bitrateBps} bit/s`).to.be.above(0.6);
    }
    expect(fecShare(16_000, fecFloorPercent(16_000), 9)).to.be.above(0.6);
  });

  it('is none where nothing would', () => {
    expect(fecFloorPercent(12_000)).to.equal(0);
    expect(fecShare(12_000, 30, 10)).to.equal(0);
  });

  it('is that of the profiles with error correction', () => {
    for (const { encoder } of Object.values(PROFILES)) {
      if (encoder.fec !== true) continue;
      expect(encoder.expectedLossPercent).to.equal(fecFloorPercent(encoder.bitrateBps));
    }
  });
});
