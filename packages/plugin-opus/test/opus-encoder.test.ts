import { carriesFec } from '@sidetone/opus-wasm';
import type { EncoderSettings, FrameEncoder } from '@sidetone/protocol';
import { speech } from '@sidetone/testkit';
import { expect } from 'chai';
import { opus } from '../src/index.js';
import { expectVoiceError } from './expect-voice-error.js';
import { frameDurationsMs, voice } from './settings.js';

const alpha = speech('alpha');
const codec = opus();

function encodeAll(encoder: FrameEncoder, samples: Float32Array, frameSamples = 960): Uint8Array[] {
  const packets = [];
  for (let start = 0; start + frameSamples <= samples.length; start += frameSamples) {
    packets.push(encoder.encode(samples.subarray(start, start + frameSamples)));
  }
  return packets;
}

describe('The Opus encoder', () => {
  for (const channels of [1, 2] as const) {
    for (const frameDurationMs of frameDurationsMs) {
      it(`refuses every length but one frame of ${frameDurationMs} ms, ${channels} channel(s), and lives`, () => {
        const encoder = codec.createEncoder({ ...voice, channels, frameDurationMs });
        const expected = 48 * frameDurationMs * channels;
        const longest = new Float32Array(12_000);
        for (let length = 0; length <= longest.length; length++) {
          if (length === expected) continue;
          expectVoiceError('ERR_CODEC_FRAME_LENGTH', () =>
            encoder.encode(longest.subarray(0, length)),
          );
        }
        expect(encoder.encode(longest.subarray(0, expected)).length).to.be.above(0);
      });
    }
  }

  it('says which length it was given and which it needs', () => {
    const encoder = codec.createEncoder(voice);
    const message = expectVoiceError('ERR_CODEC_FRAME_LENGTH', () =>
      encoder.encode(new Float32Array(480)),
    );
    expect(message).to.include('"480"').and.to.include('960');
  });

  it('makes a packet of the whole frame at every corner of its settings', () => {
    for (const channels of [1, 2] as const) {
      for (const frameDurationMs of frameDurationsMs) {
        for (const bitrateBps of [6_000, 32_000, 510_000]) {
          for (const application of ['voice', 'audio'] as const) {
            const settings = { channels, frameDurationMs, bitrateBps, application };
            const frameSamples = 48 * frameDurationMs * channels;
            const packets = encodeAll(
              codec.createEncoder(settings),
              alpha.subarray(0, 23_040),
              frameSamples,
            );
            const decoder = codec.createDecoder({ channels });
            for (const packet of packets) {
              expect(decoder.decode(packet).length, JSON.stringify(settings)).to.equal(
                frameSamples,
              );
            }
          }
        }
      }
    }
  });

  it('makes the same bytes of the same input', () => {
    const once = encodeAll(codec.createEncoder(voice), alpha);
    const again = encodeAll(opus().createEncoder(voice), alpha);
    expect(once.length).to.equal(255);
    expect(again).to.deep.equal(once);
  });

  it('leaves packets alone that it gave out before', () => {
    const encoder = codec.createEncoder(voice);
    const first = encoder.encode(alpha.subarray(9_600, 10_560));
    const copy = Uint8Array.from(first);
    encodeAll(encoder, alpha.subarray(20_000, 60_000));
    expect(first).to.deep.equal(copy);
    expect(Buffer.isBuffer(first)).to.equal(false);
  });

  it('knows nothing of what another encoder is given', () => {
    const alone = encodeAll(codec.createEncoder(voice), alpha);
    const one = codec.createEncoder(voice);
    const other = codec.createEncoder({ ...voice, application: 'audio', bitrateBps: 96_000 });
    const bravo = speech('bravo');
    const mixed = alone.map((_, i) => {
      const at = (i % 200) * 960;
      other.encode(bravo.subarray(at, at + 960));
      return one.encode(alpha.subarray(i * 960, (i + 1) * 960));
    });
    expect(mixed).to.deep.equal(alone);
  });

  it('meets its bitrate on average, and for every packet without variable bitrate', () => {
    for (const bitrateBps of [16_000, 32_000, 64_000]) {
      const settings = { ...voice, bitrateBps };
      const bytes = bitrateBps / 8 / 50;
      const variable = encodeAll(codec.createEncoder(settings), alpha).map(({ length }) => length);
      const mean = variable.reduce((sum, length) => sum + length, 0) / variable.length;
      expect(mean).to.be.within(bytes * 0.7, bytes * 1.3);
      expect(new Set(variable).size).to.be.above(10);
      const constant = encodeAll(opus({ variableBitrate: false }).createEncoder(settings), alpha);
      expect(new Set(constant.map(({ length }) => length))).to.deep.equal(new Set([bytes]));
    }
  });

  it('spends its effort as the complexity says', () => {
    const packets = (complexity: number): Uint8Array[] =>
      encodeAll(opus({ complexity }).createEncoder(voice), alpha);
    expect(packets(9)).to.deep.equal(encodeAll(codec.createEncoder(voice), alpha));
    expect(packets(0)).not.to.deep.equal(packets(9));
  });

  it('tunes for voice or for audio as the settings say', () => {
    // Configurations 0-15 of RFC 6716, table 2, hold SILK, the part of Opus that models speech.
    const usesSilk = (application: 'voice' | 'audio'): boolean =>
      encodeAll(codec.createEncoder({ ...voice, bitrateBps: 48_000, application }), alpha).every(
        (packet) => packet[0]! >> 3 < 16,
      );
    expect(usesSilk('voice')).to.equal(true);
    expect(usesSilk('audio')).to.equal(false);
  });

  it('leaves no gaps in silence', () => {
    const packets = encodeAll(codec.createEncoder(voice), new Float32Array(48_000));
    expect(packets.length).to.equal(50);
    for (const packet of packets) expect(packet.length).to.be.above(2);
  });

  it('repeats the frames of speech in the packets after them, as many percent as are lost', () => {
    const share = (settings: Partial<EncoderSettings>): number => {
      const packets = encodeAll(codec.createEncoder({ ...voice, ...settings }), alpha);
      return packets.filter(carriesFec).length / packets.length;
    };
    expect(share({})).to.be.above(0.7);
    expect(share({ expectedLossPercent: 5 })).to.be.above(0.7);
    expect(share({ bitrateBps: 24_000, expectedLossPercent: 5 })).to.equal(0);
    expect(share({ bitrateBps: 16_000, expectedLossPercent: 30 })).to.be.above(0.7);
    expect(share({ expectedLossPercent: 0 })).to.equal(0);
    expect(share({ fec: false })).to.equal(0);
  });

  it('makes what the wasm encoder makes of the same settings, but for rounding', () => {
    const lengths = (encoder: 'native' | 'wasm'): number =>
      encodeAll(opus({ encoder }).createEncoder(voice), alpha).reduce(
        (sum, packet) => sum + packet.length,
        0,
      );
    expect(lengths('wasm') / lengths('native')).to.be.within(0.98, 1.02);
  });

  it('takes samples that are too loud or no numbers', () => {
    const encoder = codec.createEncoder(voice);
    for (const sample of [5, -5, Infinity, -Infinity, NaN]) {
      expect(encoder.encode(new Float32Array(960).fill(sample)).length).to.be.above(0);
    }
  });

  it('closes once, twice, and encodes no more', () => {
    const encoder = codec.createEncoder(voice);
    const other = codec.createEncoder(voice);
    encoder.close();
    encoder.close();
    expectVoiceError('ERR_CODEC_CLOSED', () => encoder.encode(new Float32Array(960)));
    expectVoiceError('ERR_CODEC_CLOSED', () => encoder.encode(new Float32Array(1)));
    expect(other.encode(new Float32Array(960)).length).to.be.above(0);
  });
});
