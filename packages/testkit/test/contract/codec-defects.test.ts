import { VoiceError, type Codec, type FrameDecoder, type FrameEncoder } from '@sidetone/protocol';
import { describeCodec } from '../../src/contract/codec.js';
import { itCatches, type Defect } from './it-catches.js';
import { pcmCodec } from './pcm-codec.js';

interface Changes {
  readonly name?: string;
  readonly encoder?: (sound: FrameEncoder) => Partial<FrameEncoder>;
  readonly decoder?: (sound: FrameDecoder) => Partial<FrameDecoder>;
}

/** The codec of plain samples, of which some methods are replaced. */
const codecs = ({ name = 'pcm', encoder, decoder }: Changes, ...caughtBy: string[]): Defect => {
  const codec: Codec = {
    name,
    createEncoder(settings) {
      const sound = pcmCodec.createEncoder(settings);
      const bound: FrameEncoder = {
        encode: (samples) => sound.encode(samples),
        adjust: (adjustment) => sound.adjust(adjustment),
        close: () => sound.close(),
      };
      return { ...bound, ...encoder?.(bound) };
    },
    createDecoder(settings) {
      const sound = pcmCodec.createDecoder(settings);
      const bound: FrameDecoder = {
        decode: (packet) => sound.decode(packet),
        decodeInto: (packet, out) => sound.decodeInto(packet, out),
        recover: (packet) => sound.recover(packet),
        recoverInto: (packet, out, durationMs) => sound.recoverInto(packet, out, durationMs),
        conceal: () => sound.conceal(),
        concealInto: (out, durationMs) => sound.concealInto(out, durationMs),
        close: () => sound.close(),
      };
      return { ...bound, ...decoder?.(bound) };
    },
  };
  return { suite: (runner) => describeCodec(runner, { create: () => codec }), caughtBy };
};

const sharedPacket = new Uint8Array(1 + 2 * 48 * 60 * 2);
const sharedSamples = new Float32Array(48 * 60 * 2);
let encodedByAll = 0;

describe('the Codec suite', () => {
  itCatches({
    'has no name': codecs({ name: '' }, 'has a name'),
    'gives back silence': codecs(
      { decoder: ({ decode }) => ({ decode: (packet) => decode(packet).fill(0) }) },
      ...[10, 20, 40, 60].flatMap((ms) =>
        [1, 2].map(
          (channels) => `gives back frames of ${ms} ms and ${channels} channels, about as loud`,
        ),
      ),
    ),
    'pads what is too short': codecs(
      {
        encoder: ({ encode }) => ({
          encode: (samples) => {
            const whole = new Float32Array(960);
            whole.set(samples.subarray(0, 960));
            return encode(whole);
          },
        }),
      },
      'refuses every length but that of one frame, and goes on',
    ),
    'hands on what is no number': codecs(
      { decoder: ({ decode }) => ({ decode: (packet) => decode(packet).fill(Number.NaN) }) },
      'takes samples beyond -1..1 and no numbers without harm',
      'survives hostile packets: samples or an error of its own, nothing else',
    ),
    'gives out the same memory each time': codecs(
      {
        encoder: ({ encode }) => ({
          encode: (samples) => {
            const packet = encode(samples);
            sharedPacket.set(packet);
            return sharedPacket.subarray(0, packet.length);
          },
        }),
        decoder: ({ decode }) => ({
          decode: (packet) => {
            const samples = decode(packet);
            sharedSamples.set(samples);
            return sharedSamples.subarray(0, samples.length);
          },
        }),
      },
      'leaves the samples and what it gave out before as they are',
      'leaves the packet and what it gave out before as they are',
    ),
    'mixes its streams': codecs(
      {
        encoder: ({ encode }) => ({
          encode: (samples) => {
            encodedByAll += 1;
            return encode(samples.map((sample) => sample / (1 + (encodedByAll % 7))));
          },
        }),
      },
      'keeps the state of each stream to itself',
    ),
    'goes on after the close': codecs(
      { encoder: () => ({ close: () => {} }), decoder: () => ({ close: () => {} }) },
      'answers every call after the close with an error, but a second close',
      'answers every call after the close with an error',
    ),
    'ignores the error correction': codecs(
      {
        decoder: ({ conceal, concealInto }) => ({
          recover: () => conceal(),
          recoverInto: (_packet, out, durationMs) => concealInto(out, durationMs),
        }),
      },
      'recovers them from the packets after them, better than it conceals them',
      'survives hostile packets in place of the one after them',
    ),
    'conceals with silence': codecs(
      {
        decoder: ({ conceal }) => ({ conceal: () => conceal().fill(0) }),
      },
      'conceals them with sound like that before them, not with silence',
      'writes the same as without, and not beyond',
    ),
    'recovers nothing at the beginning': codecs(
      {
        decoder: ({ decode, recover }) => {
          let isFirst = true;
          return {
            decode: (packet) => {
              isFirst = false;
              return decode(packet);
            },
            recover: (packet) => (isFirst ? new Float32Array(0) : recover(packet)),
          };
        },
      },
      'has the first frame of all from the packet after it',
    ),
    'puts in whole frames only': codecs(
      {
        decoder: ({ concealInto, recoverInto }) => ({
          concealInto: (out, durationMs) => concealInto(out, Math.ceil(durationMs / 20) * 20),
          recoverInto: (packet, out, durationMs) =>
            recoverInto(packet, out, Math.ceil(durationMs / 20) * 20),
        }),
      },
      'puts in exactly as much as is asked for',
      'refuses too little room and what is no duration, and goes on as if it had not been asked',
    ),
    'takes whatever adjustment comes': codecs(
      {
        encoder: ({ adjust }) => ({
          adjust: ({ bitrateBps = 6_000 }) =>
            adjust({
              bitrateBps: Math.max(6_000, Math.min(510_000, Math.round(bitrateBps) || 6_000)),
            }),
        }),
      },
      'refuses an adjustment out of range, and goes on as if it had not been asked',
    ),
    'takes no adjustment at all': codecs(
      { encoder: () => ({ adjust: () => {} }) },
      'spends fewer bytes from the frame on that is told to',
      'answers every call after the close with an error, but a second close',
    ),
    'conceals 20 ms whatever came before': codecs(
      { decoder: () => ({ conceal: () => new Float32Array(960) }) },
      'stands in for a lost frame with one of the duration last decoded',
      'stands in with 20 ms of silence before any frame',
    ),
    'takes an empty packet for a loss': codecs(
      {
        decoder: ({ decode, conceal }) => ({
          decode: (packet) => (packet.length === 0 ? conceal() : decode(packet)),
        }),
      },
      'refuses an empty packet, and goes on',
    ),
    'throws whatever its library throws': codecs(
      {
        decoder: ({ decode }) => ({
          decode: (packet) => {
            try {
              return decode(packet);
            } catch (error) {
              if (error instanceof VoiceError && error.code === 'ERR_CODEC_CLOSED') throw error;
              throw new RangeError('bad packet', { cause: error });
            }
          },
        }),
      },
      'refuses an empty packet, and goes on',
      'survives hostile packets: samples or an error of its own, nothing else',
    ),
  });
});
