import { opusWasm } from '@sidetone/opus-wasm';
import { isVoiceError, type FrameDecoder } from '@sidetone/protocol';
import { createSeededRandom, speech } from '@sidetone/testkit';
import { expect } from 'chai';
import { voice } from './settings.js';

const PACKETS = 20_000;
/** Leaves a slow machine a part of the packets, and a test that ends. */
const MAX_TIME_MS = 40_000;
const codec = opusWasm();
const words = speech('alpha').subarray(40_000, 88_000);

type Random = ReturnType<typeof createSeededRandom>;

function honestPackets(): Uint8Array[] {
  return ([10, 20, 40, 60] as const).flatMap((frameDurationMs) => {
    const length = 48 * frameDurationMs;
    return [12_000, 32_000, 96_000].flatMap((bitrateBps) => {
      const encoder = codec.createEncoder({ ...voice, frameDurationMs, bitrateBps });
      const packets = Array.from({ length: 8 }, (_, at) =>
        encoder.encode(words.subarray(at * length, (at + 1) * length)),
      );
      encoder.close();
      return packets;
    });
  });
}

/** Garbage, and packets with some octets changed, cut off, or of two packets. */
function hostilePacket(random: Random, honest: readonly Uint8Array[]): Uint8Array {
  const pick = (): Uint8Array => honest[random.integer(0, honest.length - 1)]!;
  switch (random.integer(0, 4)) {
    case 0:
      return random.bytes(random.integer(0, 400));
    case 1:
      return pick().slice(0, random.integer(0, 60));
    case 2:
      return Uint8Array.from([...pick(), ...pick()]);
    case 3:
      return Uint8Array.from([random.integer(0, 255), ...pick().subarray(1)]);
    default: {
      const packet = pick().slice();
      for (let edits = random.integer(1, 6); edits > 0; edits--) {
        packet[random.integer(0, packet.length - 1)] = random.integer(0, 255);
      }
      return packet;
    }
  }
}

function survives(run: () => number, out: Float32Array, channels: number): boolean {
  try {
    const sampleCount = run();
    expect(sampleCount).to.be.within(120, 5_760);
    const isBounded = out
      .subarray(0, sampleCount * channels)
      .every((sample) => Math.abs(sample) <= 1);
    expect(isBounded).to.equal(true);
    return true;
  } catch (error) {
    if (!isVoiceError(error)) throw error;
    expect(error.code).to.equal('ERR_CODEC_PACKET');
    return false;
  }
}

describe('20,000 hostile packets', () => {
  it('become audio or a typed error, and the decoders beside go on unmoved', () => {
    const random = createSeededRandom(20_221);
    const honest = honestPackets();
    const out = new Float32Array(5_760 * 2);
    const outcomes = { decoded: 0, refused: 0 };
    const victims = ([1, 2] as const).map((channels) => ({
      channels,
      decoder: codec.createDecoder({ channels }),
    }));
    const witness = codec.createDecoder({ channels: 1 });
    const undisturbed = honest.map((packet) => witness.decode(packet));
    const neighbour = codec.createDecoder({ channels: 1 });
    const startedAt = performance.now();
    for (let round = 0; round < PACKETS; round++) {
      if (performance.now() - startedAt > MAX_TIME_MS) break;
      const packet = hostilePacket(random, honest);
      const { decoder, channels } = victims[round % 2]!;
      const run = (): number =>
        round % 5 === 0 ? decoder.recoverInto(packet, out, 20) : decoder.decodeInto(packet, out);
      outcomes[survives(run, out, channels) ? 'decoded' : 'refused'] += 1;
      if (round % 50 === 0) decoder.concealInto(out, 20);
      const mark = round / 100;
      if (Number.isInteger(mark) && mark < honest.length) {
        expect(neighbour.decode(honest[mark]!)).to.deep.equal(undisturbed[mark]);
      }
    }
    expect(outcomes.decoded).to.be.above(1_000);
    expect(outcomes.refused).to.be.above(1_000);
    for (const { decoder } of victims) expectToWork(decoder);
  }).timeout(60_000);
});

/** After some words the decoder makes of them what any other does. */
function expectToWork(decoder: FrameDecoder): void {
  const encoder = codec.createEncoder(voice);
  let loudness = 0;
  for (let at = 0; at < 20; at++) {
    const heard = decoder.decode(encoder.encode(words.subarray(at * 960, (at + 1) * 960)));
    loudness = Math.max(loudness, ...heard.map(Math.abs));
  }
  expect(loudness).to.be.within(0.05, 1);
}
