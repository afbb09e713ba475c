import { isVoiceError, type FrameDecoder } from '@sidetone/protocol';
import { codecRoundTrip, compareSpeech, speech, speechNames } from '@sidetone/testkit';
import { expect } from 'chai';
import fc from 'fast-check';
import { opusWasm } from '@sidetone/opus-wasm';
import { expectVoiceError } from './expect-voice-error.js';
import { frameDurationsMs, voice } from './settings.js';

const codec = opusWasm();
const alpha = speech('alpha');
const comparison = { sampleRate: 48_000, maxShiftMs: 50 };

/** In a vowel of `alpha`. */
const VOWEL_END = 101_760;

/** Packets of loud speech in the middle of the utterance. */
function encodeSpeech(settings = voice, from = 48_000, count = 20): Uint8Array[] {
  const encoder = codec.createEncoder(settings);
  const frameSamples = 48 * settings.frameDurationMs;
  return Array.from({ length: count }, (_, i) =>
    encoder.encode(alpha.subarray(from + i * frameSamples, from + (i + 1) * frameSamples)),
  );
}

function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length);
}

function feed(decoder: FrameDecoder, packets: readonly Uint8Array[]): Float32Array[] {
  return packets.map((packet) => decoder.decode(packet));
}

describe('The wasm decoder', () => {
  for (const name of speechNames) {
    it(`gives back what "${name}" says, the better the higher the bitrate`, () => {
      const samples = speech(name);
      const measure = (bitrateBps: number, application: 'voice' | 'audio') =>
        compareSpeech(
          samples,
          codecRoundTrip(codec, samples, { ...voice, bitrateBps, application }),
          comparison,
        );
      const low = measure(32_000, 'voice');
      const high = measure(64_000, 'audio');
      const highest = measure(128_000, 'audio');
      // A part of the 32 kbit/s repeats the frames before.
      expect(low.correlation).to.be.above(0.92);
      expect(low.segmentalSnrDb).to.be.above(6);
      expect(high.correlation).to.be.above(0.99);
      expect(high.segmentalSnrDb).to.be.above(17);
      expect(highest.segmentalSnrDb).to.be.above(24);
      // 6.5 ms, the look-ahead of libopus.
      expect(high.shiftSamples).to.equal(312);
    });
  }

  it('keeps the two channels of stereo apart', () => {
    const stereo = new Float32Array(2 * 96_000);
    for (let n = 0; n < 96_000; n++) stereo[2 * n] = alpha[n]!;
    const settings = { ...voice, channels: 2, bitrateBps: 128_000, application: 'audio' } as const;
    const heard = codecRoundTrip(codec, stereo, settings);
    const left = heard.filter((_, i) => i % 2 === 0);
    const right = heard.filter((_, i) => i % 2 === 1);
    expect(compareSpeech(alpha.subarray(0, 96_000), left, comparison).correlation).to.be.above(
      0.99,
    );
    expect(rms(right)).to.be.below(rms(left) / 20);
  });

  it('mixes stereo packets down for mono, and gives mono to both ears', () => {
    const [mono] = encodeSpeech(voice, 48_000, 1);
    const both = codec.createDecoder({ channels: 2 }).decode(mono!);
    expect(both.length).to.equal(1_920);
    expect(both.every((sample, i) => i % 2 === 0 || sample === both[i - 1])).to.equal(true);
    const stereo = codec.createEncoder({ ...voice, channels: 2 }).encode(new Float32Array(1_920));
    expect(codec.createDecoder({ channels: 1 }).decode(stereo).length).to.equal(960);
  });

  it('makes the same samples of the same packets, whatever another decoder is given', () => {
    const packets = encodeSpeech();
    const alone = feed(codec.createDecoder({ channels: 1 }), packets);
    const one = codec.createDecoder({ channels: 1 });
    const other = codec.createDecoder({ channels: 1 });
    const mixed = packets.map((packet, i) => {
      if (i % 3 === 0) other.conceal();
      else other.decode(packets[packets.length - 1 - i]!);
      return one.decode(packet);
    });
    expect(mixed).to.deep.equal(alone);
  });

  it('leaves samples alone that it gave out before', () => {
    const decoder = codec.createDecoder({ channels: 1 });
    const packets = encodeSpeech();
    const first = decoder.decode(packets[0]!);
    const copy = Float32Array.from(first);
    feed(decoder, packets.slice(1));
    expect(first).to.deep.equal(copy);
  });

  it('refuses an empty packet, which libopus would take as 120 ms lost', () => {
    const decoder = codec.createDecoder({ channels: 1 });
    feed(decoder, encodeSpeech());
    expectVoiceError('ERR_CODEC_PACKET', () => decoder.decode(new Uint8Array(0)));
  });

  it('goes on as if a refused packet had never come', () => {
    const packets = encodeSpeech();
    const undisturbed = feed(codec.createDecoder({ channels: 1 }), packets);
    const decoder = codec.createDecoder({ channels: 1 });
    // No frames at all, frames of 180 ms, and a length that runs past the end.
    const refused = [Uint8Array.of(0x7b, 0), Uint8Array.of(0x1b, 3), Uint8Array.of(0x7a, 200, 1)];
    const disturbed = packets.map((packet) => {
      for (const bad of refused) {
        expectVoiceError('ERR_CODEC_PACKET', () => decoder.decode(bad));
      }
      return decoder.decode(packet);
    });
    expect(disturbed).to.deep.equal(undisturbed);
    expect(decoder.conceal().length).to.equal(960);
  });

  it('makes audio or a typed error of 20,000 hostile packets, and lives', () => {
    const [packet] = encodeSpeech(voice, 48_000, 1);
    const random = fc.uint8Array({ maxLength: 200 });
    const mutated = fc
      .array(fc.tuple(fc.nat(packet!.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 })
      .map((edits) => {
        const bytes = Uint8Array.from(packet!);
        for (const [at, value] of edits) bytes[at] = value;
        return bytes;
      });
    const stream = fc.array(fc.oneof(random, mutated), { minLength: 20, maxLength: 20 });
    const outcomes = { decoded: 0, refused: 0 };
    fc.assert(
      fc.property(stream, fc.constantFrom(1 as const, 2 as const), (packets, channels) => {
        const decoder = codec.createDecoder({ channels });
        for (const bytes of packets) {
          try {
            const samples = decoder.decode(bytes);
            expect(samples.length / channels).to.be.within(120, 5_760);
            expect(samples.every((sample) => sample >= -1 && sample <= 1)).to.equal(true);
            expect(decoder.conceal().length).to.equal(samples.length);
            outcomes.decoded++;
          } catch (error) {
            if (!isVoiceError(error)) throw error;
            expect(error.code).to.equal('ERR_CODEC_PACKET');
            outcomes.refused++;
          }
        }
      }),
      { numRuns: 1_000 },
    );
    expect(outcomes.decoded + outcomes.refused).to.equal(20_000);
    expect(Math.min(outcomes.decoded, outcomes.refused)).to.be.above(1_000);
  }).timeout(60_000);

  it('takes packets from the middle of a larger buffer', () => {
    const [packet] = encodeSpeech(voice, 48_000, 1);
    const datagram = new Uint8Array(1_200).fill(0xff);
    datagram.set(packet!, 33);
    const heard = codec
      .createDecoder({ channels: 1 })
      .decode(datagram.subarray(33, 33 + packet!.length));
    expect(heard).to.deep.equal(codec.createDecoder({ channels: 1 }).decode(packet!));
  });

  it('closes once, twice, and decodes and conceals no more', () => {
    const [packet] = encodeSpeech(voice, 48_000, 1);
    const decoder = codec.createDecoder({ channels: 1 });
    const other = codec.createDecoder({ channels: 1 });
    decoder.close();
    decoder.close();
    expectVoiceError('ERR_CODEC_CLOSED', () => decoder.decode(packet!));
    expectVoiceError('ERR_CODEC_CLOSED', () => decoder.decode(new Uint8Array(0)));
    expectVoiceError('ERR_CODEC_CLOSED', () => decoder.conceal());
    expect(other.decode(packet!).length).to.equal(960);
  });
});

describe('Opus concealment', () => {
  it('is 20 ms of silence before any packet', () => {
    expect(codec.createDecoder({ channels: 1 }).conceal()).to.deep.equal(new Float32Array(960));
    expect(codec.createDecoder({ channels: 2 }).conceal()).to.deep.equal(new Float32Array(1_920));
  });

  it('leaves no trace of silence before the first packet', () => {
    const packets = encodeSpeech();
    const decoder = codec.createDecoder({ channels: 1 });
    decoder.conceal();
    expect(feed(decoder, packets)).to.deep.equal(
      feed(codec.createDecoder({ channels: 1 }), packets),
    );
  });

  for (const application of ['voice', 'audio'] as const) {
    for (const frameDurationMs of frameDurationsMs) {
      it(`of ${application} lasts as long as the frame of ${frameDurationMs} ms before it, and dies away`, () => {
        const settings = { ...voice, application, bitrateBps: 48_000, frameDurationMs };
        const frameSamples = 48 * frameDurationMs;
        const count = Math.floor(38_400 / frameSamples);
        const decoder = codec.createDecoder({ channels: 1 });
        const heard = feed(
          decoder,
          encodeSpeech(settings, VOWEL_END - count * frameSamples, count),
        );
        const before = rms(heard.at(-1)!);
        expect(before).to.be.above(0.02);
        const losses = Array.from({ length: Math.ceil(400 / frameDurationMs) }, () =>
          decoder.conceal(),
        );
        for (const loss of losses) expect(loss.length).to.equal(frameSamples);
        expect(rms(losses[0]!)).to.be.within(before * 0.1, before * 2);
        expect(rms(losses.at(-1)!)).to.be.below(before * 0.05);
      });
    }
  }

  it('of speech is closer to what was lost than silence is', () => {
    const packets = encodeSpeech(voice, 24_000, 100);
    const whole = feed(codec.createDecoder({ channels: 1 }), packets);
    const lossy = codec.createDecoder({ channels: 1 });
    let [lost, missed] = [0, 0];
    packets.forEach((packet, i) => {
      if (i % 10 !== 9) return void lossy.decode(packet);
      const concealed = lossy.conceal();
      lost += rms(whole[i]!) ** 2;
      missed += rms(whole[i]!.map((sample, n) => sample - concealed[n]!)) ** 2;
    });
    expect(missed).to.be.below(lost * 0.8);
  });

  it('lasts 120 ms after a packet of 120 ms, the longest there is', () => {
    const decoder = codec.createDecoder({ channels: 1 });
    expect(decoder.decode(Uint8Array.of(0x7b, 6)).length).to.equal(5_760);
    expect(decoder.conceal().length).to.equal(5_760);
  });
});
