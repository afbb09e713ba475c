import type { Codec, EncoderSettings, FrameDecoder, FrameEncoder } from '@sidetone/protocol';
import { expect } from 'chai';
import { codecRoundTrip } from '../../src/audio/codec-round-trip.js';
import { noise } from './noise.js';

interface CountingCodec extends Codec {
  readonly frameLengths: number[];
  open: number;
}

/** Hands samples through as they are, and counts what it is given. */
function passThrough(failAt = Infinity): CountingCodec {
  const codec: CountingCodec = {
    name: 'pass-through',
    frameLengths: [],
    open: 0,
    createEncoder(): FrameEncoder {
      codec.open++;
      return {
        encode(samples) {
          codec.frameLengths.push(samples.length);
          if (codec.frameLengths.length === failAt) throw new RangeError('as the test wants it');
          return new Uint8Array(samples.slice().buffer);
        },
        adjust: () => {},
        close: () => void codec.open--,
      };
    },
    createDecoder(): FrameDecoder {
      codec.open++;
      return {
        decode: (packet) => new Float32Array(packet.slice().buffer),
        decodeInto: () => 0,
        recover: () => new Float32Array(0),
        recoverInto: () => 0,
        conceal: () => new Float32Array(0),
        concealInto: () => 0,
        close: () => void codec.open--,
      };
    },
  };
  return codec;
}

const settings: EncoderSettings = {
  channels: 1,
  frameDurationMs: 20,
  bitrateBps: 32_000,
  application: 'voice',
};

describe('codecRoundTrip', () => {
  it('cuts the samples into frames and fills up the last with silence', () => {
    const codec = passThrough();
    const samples = noise(2_000, 1);
    const heard = codecRoundTrip(codec, samples, settings);
    expect(codec.frameLengths).to.deep.equal([960, 960, 960]);
    expect(heard.length).to.equal(2_880);
    expect(heard.subarray(0, 2_000)).to.deep.equal(samples);
    expect(heard.subarray(2_000).every((sample) => sample === 0)).to.equal(true);
  });

  it('counts both channels of a stereo frame', () => {
    const codec = passThrough();
    codecRoundTrip(codec, noise(5_760, 2), { ...settings, channels: 2, frameDurationMs: 60 });
    expect(codec.frameLengths).to.deep.equal([5_760]);
  });

  it('makes nothing of nothing', () => {
    expect(codecRoundTrip(passThrough(), new Float32Array(0), settings).length).to.equal(0);
  });

  it('closes encoder and decoder, also when one of them fails', () => {
    const good = passThrough();
    codecRoundTrip(good, noise(960, 3), settings);
    expect(good.open).to.equal(0);
    const bad = passThrough(2);
    expect(() => codecRoundTrip(bad, noise(1_920, 3), settings)).to.throw(RangeError);
    expect(bad.open).to.equal(0);
  });
});
