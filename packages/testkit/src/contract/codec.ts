import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict';
import type {
  Codec,
  EncoderSettings,
  FrameDecoder,
  FrameDurationMs,
  FrameEncoder,
} from '@sidetone/protocol';
import { createSeededRandom } from '../random/seeded-random.js';
import { describeCodecLoss } from './codec-loss.js';
import { fails, hostilePackets, rms, samplesOf, survives, tones } from './codec-signal.js';
import { onFresh, type ContractRunner, type ContractSubject } from './contract-runner.js';

const DURATIONS: readonly FrameDurationMs[] = [10, 20, 40, 60];
const CHANNELS = [1, 2] as const;
const VOICE: EncoderSettings = {
  channels: 1,
  frameDurationMs: 20,
  bitrateBps: 32_000,
  application: 'voice',
};

/** The suite of the `Codec` contract, encoder and decoder. */
export function describeCodec(
  { describe, it }: ContractRunner,
  subject: ContractSubject<Codec>,
): void {
  const fresh = onFresh(subject);

  describe('as a Codec', () => {
    it(
      'has a name',
      fresh((codec) => ok(codec.name.length > 0, 'the name is empty')),
    );

    for (const channels of CHANNELS) {
      for (const frameDurationMs of DURATIONS) {
        it(
          `gives back frames of ${frameDurationMs} ms and ${channels} channels, about as loud`,
          fresh((codec) => {
            const settings = { ...VOICE, bitrateBps: 64_000, channels, frameDurationMs };
            const { encoder, decoder, close } = pair(codec, settings);
            const heard = tones(settings, 12).map((tone) => decoder.decode(encoder.encode(tone)));
            for (const frame of heard) strictEqual(frame.length, samplesOf(settings));
            const loudness = rms(heard.slice(4)) / rms(tones(settings, 12).slice(4));
            ok(loudness > 0.7 && loudness < 1.4, `it came out at ${loudness} times the loudness`);
            close();
          }),
        );
      }
    }

    describe('encoding', () => {
      it(
        'refuses every length but that of one frame, and goes on',
        fresh((codec) => {
          const { encoder, close } = pair(codec, VOICE);
          for (const length of [0, 1, 959, 961, 480, 1920]) {
            throws(() => encoder.encode(new Float32Array(length)), fails('ERR_CODEC_FRAME_LENGTH'));
          }
          ok(encoder.encode(new Float32Array(960)).length > 0, 'the packet is empty');
          close();
        }),
      );

      it(
        'takes samples beyond -1..1 and no numbers without harm',
        fresh((codec) => {
          const { encoder, decoder, close } = pair(codec, VOICE);
          for (const sample of [7, -7, Number.NaN, Infinity, -Infinity]) {
            const packet = encoder.encode(new Float32Array(960).fill(sample));
            ok(decoder.decode(packet).every(Number.isFinite), `"${sample}" came out as no number`);
          }
          close();
        }),
      );

      it(
        'leaves the samples and what it gave out before as they are',
        fresh((codec) => {
          const { encoder, close } = pair(codec, VOICE);
          const [first, second] = tones(VOICE, 2) as [Float32Array, Float32Array];
          const original = first.slice();
          const packet = encoder.encode(first);
          const copy = packet.slice();
          encoder.encode(second);
          deepStrictEqual(first, original);
          deepStrictEqual(Uint8Array.from(packet), Uint8Array.from(copy));
          close();
        }),
      );

      it(
        'keeps the state of each stream to itself',
        fresh((codec) => {
          const alone = encodeAll(codec, tones(VOICE, 6));
          const [one, other] = [codec.createEncoder(VOICE), codec.createEncoder(VOICE)];
          const noise = createSeededRandom(1);
          const beside = tones(VOICE, 6).map((tone) => {
            other.encode(Float32Array.from(tone, () => noise.fraction() - 0.5));
            return Uint8Array.from(one.encode(tone));
          });
          one.close();
          other.close();
          deepStrictEqual(beside, alone);
        }),
      );

      it(
        'spends fewer bytes from the frame on that is told to',
        fresh((codec) => {
          const encoder = codec.createEncoder({ ...VOICE, bitrateBps: 64_000 });
          const bytes = (): number =>
            tones(VOICE, 12).reduce((sum, tone) => sum + encoder.encode(tone).length, 0);
          const before = bytes();
          encoder.adjust({ bitrateBps: 12_000, expectedLossPercent: 0 });
          ok(bytes() < before * 0.7, 'the packets are as long as before');
          encoder.close();
        }),
      );

      it(
        'refuses an adjustment out of range, and goes on as if it had not been asked',
        fresh((codec) => {
          const alone = encodeAll(codec, tones(VOICE, 6));
          const encoder = codec.createEncoder(VOICE);
          const packets = tones(VOICE, 6).map((tone) => {
            for (const bitrateBps of [5_999, 510_001, Number.NaN, 12_000.5]) {
              throws(() => encoder.adjust({ bitrateBps }), fails('ERR_CODEC_SETTINGS'));
            }
            for (const expectedLossPercent of [-1, 31, 0.5]) {
              const adjustment = { expectedLossPercent, bitrateBps: 6_000 };
              throws(() => encoder.adjust(adjustment), fails('ERR_CODEC_SETTINGS'));
            }
            encoder.adjust({});
            return Uint8Array.from(encoder.encode(tone));
          });
          encoder.close();
          deepStrictEqual(packets, alone);
        }),
      );

      it(
        'answers every call after the close with an error, but a second close',
        fresh((codec) => {
          const encoder = codec.createEncoder(VOICE);
          encoder.close();
          encoder.close();
          throws(() => encoder.encode(new Float32Array(960)), fails('ERR_CODEC_CLOSED'));
          throws(() => encoder.adjust({ bitrateBps: 24_000 }), fails('ERR_CODEC_CLOSED'));
        }),
      );
    });

    describe('decoding', () => {
      it(
        'stands in for a lost frame with one of the duration last decoded',
        fresh((codec) => {
          for (const frameDurationMs of DURATIONS) {
            const settings = { ...VOICE, frameDurationMs };
            const { encoder, decoder, close } = pair(codec, settings);
            for (const tone of tones(settings, 3)) decoder.decode(encoder.encode(tone));
            strictEqual(decoder.conceal().length, samplesOf(settings));
            close();
          }
        }),
      );

      it(
        'stands in with 20 ms of silence before any frame',
        fresh((codec) => {
          for (const channels of CHANNELS) {
            const decoder = codec.createDecoder({ channels });
            deepStrictEqual(Float32Array.from(decoder.conceal()), new Float32Array(960 * channels));
            decoder.close();
          }
        }),
      );

      it(
        'refuses an empty packet, and goes on',
        fresh((codec) => {
          const { encoder, decoder, close } = pair(codec, VOICE);
          throws(() => decoder.decode(new Uint8Array()), fails('ERR_CODEC_PACKET'));
          const [tone] = tones(VOICE, 1) as [Float32Array];
          strictEqual(decoder.decode(encoder.encode(tone)).length, 960);
          close();
        }),
      );

      it(
        'survives hostile packets: samples or an error of its own, nothing else',
        fresh((codec) => {
          const { encoder, decoder, close } = pair(codec, VOICE);
          const [honest] = encodeAll(codec, tones(VOICE, 1)) as [Uint8Array];
          for (const packet of hostilePackets(honest))
            survives(packet, () => decoder.decode(packet));
          const [tone] = tones(VOICE, 1) as [Float32Array];
          strictEqual(decoder.decode(encoder.encode(tone)).length, 960);
          close();
        }),
      );

      it(
        'leaves the packet and what it gave out before as they are',
        fresh((codec) => {
          const [first, second] = encodeAll(codec, tones(VOICE, 2)) as [Uint8Array, Uint8Array];
          const decoder = codec.createDecoder({ channels: 1 });
          const original = first.slice();
          const heard = decoder.decode(first);
          const copy = heard.slice();
          decoder.decode(second);
          decoder.conceal();
          deepStrictEqual(first, original);
          deepStrictEqual(Float32Array.from(heard), Float32Array.from(copy));
          decoder.close();
        }),
      );

      it(
        'answers every call after the close with an error, but a second close',
        fresh((codec) => {
          const [packet] = encodeAll(codec, tones(VOICE, 1)) as [Uint8Array];
          const decoder = codec.createDecoder({ channels: 1 });
          decoder.close();
          decoder.close();
          throws(() => decoder.decode(packet), fails('ERR_CODEC_CLOSED'));
          throws(() => decoder.conceal(), fails('ERR_CODEC_CLOSED'));
        }),
      );
    });

    describeCodecLoss({ describe, it }, subject);
  });
}

interface Pair {
  readonly encoder: FrameEncoder;
  readonly decoder: FrameDecoder;
  close(): void;
}

function pair(codec: Codec, settings: EncoderSettings): Pair {
  const encoder = codec.createEncoder(settings);
  const decoder = codec.createDecoder({ channels: settings.channels });
  const close = (): void => {
    encoder.close();
    decoder.close();
  };
  return { encoder, decoder, close };
}

function encodeAll(codec: Codec, frames: readonly Float32Array[]): Uint8Array[] {
  const encoder = codec.createEncoder(VOICE);
  const packets = frames.map((frame) => Uint8Array.from(encoder.encode(frame)));
  encoder.close();
  return packets;
}
