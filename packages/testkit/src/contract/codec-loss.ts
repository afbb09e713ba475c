import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict';
import type { Codec, EncoderSettings, FrameDecoder } from '@sidetone/protocol';
import { speech } from '../audio/speech.js';
import { fails, hostilePackets, rms, samplesOf, survives, tones } from './codec-signal.js';
import { onFresh, type ContractRunner, type ContractSubject } from './contract-runner.js';

/** A bitrate at which Opus has room for error correction in every packet that matters. */
const VOICE: EncoderSettings = {
  channels: 1,
  frameDurationMs: 20,
  bitrateBps: 48_000,
  application: 'voice',
  expectedLossPercent: 20,
};
const FRAME = 960;
/** Where the words begin, and how much of them is enough. */
const SPEECH_START = 40_000;
const SPEECH_FRAMES = 100;
const LOST_OF = 5;
/** Of 2 to 30 dB between what is recovered and what is concealed. */
const MIN_GAIN_DB = 2;

/** The part of the `Codec` contract about lost frames, and about memory that is given. */
export function describeCodecLoss(
  { describe, it }: ContractRunner,
  subject: ContractSubject<Codec>,
): void {
  const fresh = onFresh(subject);

  describe('of lost frames', () => {
    it(
      'recovers them from the packets after them, better than it conceals them',
      fresh((codec) => {
        const packets = encodeSpeech(codec);
        const recovered = lossSnrDb(codec, packets, (decoder, next) => decoder.recover(next));
        const concealed = lossSnrDb(codec, packets, (decoder) => decoder.conceal());
        ok(
          recovered > concealed + MIN_GAIN_DB,
          `recovered they are ${recovered.toFixed(1)} dB above the error, concealed ${concealed.toFixed(1)}`,
        );
      }),
    );

    it(
      'conceals them with sound like that before them, not with silence',
      fresh((codec) => {
        for (const channels of [1, 2] as const) {
          const settings = { ...VOICE, channels };
          const decoder = codec.createDecoder({ channels });
          const heard = encodeAll(codec, settings).map((packet) => decoder.decode(packet));
          const loudness = rms([decoder.conceal()]) / rms(heard.slice(-2));
          ok(loudness > 0.25 && loudness < 2, `it is ${loudness} times as loud as before`);
          decoder.close();
        }
      }),
    );

    it(
      'has the first frame of all from the packet after it',
      fresh((codec) => {
        const packets = encodeSpeech(codec);
        const whole = codec.createDecoder({ channels: 1 });
        const late = codec.createDecoder({ channels: 1 });
        whole.decode(packets[0] as Uint8Array);
        strictEqual(late.recover(packets[1] as Uint8Array).length, FRAME);
        ok(late.decode(packets[1] as Uint8Array).every(Number.isFinite), 'it went astray');
        for (const decoder of [whole, late]) decoder.close();
      }),
    );

    it(
      'puts in exactly as much as is asked for',
      fresh((codec) => {
        const [first, second] = encodeSpeech(codec) as [Uint8Array, Uint8Array];
        const out = new Float32Array(5_760);
        for (const durationMs of [2.5, 10, 20, 30, 60, 120]) {
          const decoder = codec.createDecoder({ channels: 1 });
          decoder.decode(first);
          strictEqual(decoder.concealInto(out, durationMs), 48 * durationMs);
          strictEqual(decoder.recoverInto(second, out, durationMs), 48 * durationMs);
          ok(out.every(Number.isFinite), `${durationMs} ms came out as no numbers`);
          decoder.close();
        }
      }),
    );

    it(
      'survives hostile packets in place of the one after them',
      fresh((codec) => {
        const [first, second] = encodeSpeech(codec) as [Uint8Array, Uint8Array];
        const decoder = codec.createDecoder({ channels: 1 });
        decoder.decode(first);
        for (const packet of hostilePackets(second)) {
          survives(packet, () => decoder.recover(packet));
        }
        throws(() => decoder.recover(new Uint8Array()), fails('ERR_CODEC_PACKET'));
        strictEqual(decoder.decode(second).length, FRAME);
        decoder.close();
      }),
    );
  });

  describe('with memory that it is given', () => {
    it(
      'writes the same as without, and not beyond',
      fresh((codec) => {
        for (const channels of [1, 2] as const) {
          const packets = encodeAll(codec, { ...VOICE, channels });
          const [one, other] = [
            codec.createDecoder({ channels }),
            codec.createDecoder({ channels }),
          ];
          const out = new Float32Array(5_760 * channels);
          const same = (samples: Float32Array, written: number): void => {
            strictEqual(written * channels, samples.length);
            deepStrictEqual(out.slice(0, samples.length), Float32Array.from(samples));
            ok(
              out.subarray(samples.length).every((sample) => sample === 9),
              'it wrote beyond the frame',
            );
            out.fill(9);
          };
          out.fill(9);
          for (const packet of packets) same(one.decode(packet), other.decodeInto(packet, out));
          same(one.conceal(), other.concealInto(out, 20));
          const last = packets.at(-1) as Uint8Array;
          same(one.recover(last), other.recoverInto(last, out, 20));
          for (const decoder of [one, other]) decoder.close();
        }
      }),
    );

    it(
      'refuses too little room and what is no duration, and goes on as if it had not been asked',
      fresh((codec) => {
        const packets = encodeAll(codec, VOICE);
        const [asked, spared] = [
          codec.createDecoder({ channels: 1 }),
          codec.createDecoder({ channels: 1 }),
        ];
        const small = new Float32Array(FRAME - 1);
        const large = new Float32Array(5_760);
        for (const packet of packets) {
          throws(() => asked.decodeInto(packet, small), fails('ERR_CODEC_FRAME_LENGTH'));
          throws(() => asked.recoverInto(packet, small, 20), fails('ERR_CODEC_FRAME_LENGTH'));
          throws(() => asked.concealInto(small, 20), fails('ERR_CODEC_FRAME_LENGTH'));
          for (const durationMs of [0, -20, 1, 130, Number.NaN, Infinity]) {
            throws(() => asked.concealInto(large, durationMs), fails('ERR_CODEC_FRAME_LENGTH'));
            throws(
              () => asked.recoverInto(packet, large, durationMs),
              fails('ERR_CODEC_FRAME_LENGTH'),
            );
          }
          deepStrictEqual(
            Float32Array.from(asked.decode(packet)),
            Float32Array.from(spared.decode(packet)),
          );
        }
        for (const decoder of [asked, spared]) decoder.close();
      }),
    );

    it(
      'answers every call after the close with an error',
      fresh((codec) => {
        const [packet] = encodeAll(codec, VOICE) as [Uint8Array];
        const decoder = codec.createDecoder({ channels: 1 });
        const out = new Float32Array(5_760);
        decoder.close();
        throws(() => decoder.recover(packet), fails('ERR_CODEC_CLOSED'));
        throws(() => decoder.decodeInto(packet, out), fails('ERR_CODEC_CLOSED'));
        throws(() => decoder.recoverInto(packet, out, 20), fails('ERR_CODEC_CLOSED'));
        throws(() => decoder.concealInto(out, 20), fails('ERR_CODEC_CLOSED'));
      }),
    );
  });
}

/** Of the frames that were lost: what a decoder that lost nothing made of them, over the error. */
function lossSnrDb(
  codec: Codec,
  packets: readonly Uint8Array[],
  replace: (decoder: FrameDecoder, next: Uint8Array) => Float32Array,
): number {
  const whole = codec.createDecoder({ channels: 1 });
  const lossy = codec.createDecoder({ channels: 1 });
  let [signal, error] = [0, Number.MIN_VALUE];
  packets.slice(0, -1).forEach((packet, at) => {
    const expected = whole.decode(packet);
    if (at % LOST_OF !== LOST_OF - 1) return void lossy.decode(packet);
    const heard = replace(lossy, packets[at + 1] as Uint8Array);
    expected.forEach((sample, n) => {
      signal += sample ** 2;
      error += (sample - (heard[n] ?? 0)) ** 2;
    });
  });
  for (const decoder of [whole, lossy]) decoder.close();
  return 10 * Math.log10(signal / error);
}

function encodeSpeech(codec: Codec): Uint8Array[] {
  const words = speech('alpha').subarray(SPEECH_START, SPEECH_START + SPEECH_FRAMES * FRAME);
  const frames = Array.from({ length: SPEECH_FRAMES }, (_, at) =>
    words.subarray(at * FRAME, (at + 1) * FRAME),
  );
  return encode(codec, VOICE, frames);
}

function encodeAll(codec: Codec, settings: EncoderSettings): Uint8Array[] {
  strictEqual(samplesOf(settings), FRAME * settings.channels);
  return encode(codec, settings, tones(settings, 12));
}

function encode(
  codec: Codec,
  settings: EncoderSettings,
  frames: readonly Float32Array[],
): Uint8Array[] {
  const encoder = codec.createEncoder(settings);
  const packets = frames.map((frame) => Uint8Array.from(encoder.encode(frame)));
  encoder.close();
  return packets;
}
