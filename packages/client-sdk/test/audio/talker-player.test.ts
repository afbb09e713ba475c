import { expect } from 'chai';
import type { OpusFrame } from '../../src/audio/opus-frame.js';
import { TalkerPlayer } from '../../src/audio/talker-player.js';
import { AdaptiveReceiver } from '../../src/receiver/adaptive-receiver.js';
import {
  CONCEALED_SAMPLE,
  flatFrame,
  passthroughCodec,
  STEP,
} from '../support/passthrough-codec.js';

const BLOCK = 480;
const codec = passthroughCodec();
const encoder = codec.createEncoder({
  channels: 1,
  frameDurationMs: 20,
  bitrateBps: 6_000,
  application: 'voice',
});

function frame(seq: number, more: Partial<OpusFrame> = {}): OpusFrame {
  return {
    source: { id: 's', handle: 1, session: 'x', kind: 'microphone' },
    route: { id: 'r', handle: 2, kind: 'channel', channel: 'net' },
    seq,
    time: seq * 960,
    durationMs: 20,
    start: seq === 0,
    end: false,
    level: 10,
    packet: encoder.encode(flatFrame(32)),
    ...more,
  };
}

function listen(arrivals: readonly (readonly [number, OpusFrame])[], untilMs: number) {
  const refused: unknown[] = [];
  const receiver = new AdaptiveReceiver<OpusFrame>();
  const packetRefused = (cause: unknown): void => void refused.push(cause);
  const player = new TalkerPlayer({ codec, channels: 1, receiver, packetRefused });
  const samples = new Float32Array(untilMs * 48);
  const waiting = [...arrivals];
  for (let now = 0; now < untilMs; now += 10) {
    while ((waiting[0]?.[0] ?? Infinity) <= now) receiver.push(...swapped(waiting.shift()));
    player.read(samples.subarray(now * 48, now * 48 + BLOCK), now);
  }
  player.close();
  return { samples, refused, receiver, player };
}

function swapped(arrival: readonly [number, OpusFrame] | undefined): [OpusFrame, number] {
  if (!arrival) throw new Error('nothing waits');
  return [arrival[1], arrival[0]];
}

const talk = (count: number, lateMs: (i: number) => number = () => 0) =>
  Array.from({ length: count }, (_, i): readonly [number, OpusFrame] => [
    i * 20 + lateMs(i),
    frame(i, { end: i === count - 1 }),
  ]);

describe('The player of a talker', () => {
  it('plays what was said, to the sample, and then nothing', () => {
    const { samples, player } = listen(talk(10), 400);
    samples.forEach((value, i) => {
      const isSpeech = i >= 40 * 48 && i < 240 * 48;
      expect(value).to.equal(isSpeech ? 32 * STEP : 0);
    });
    expect(player.idle).to.equal(true);
  });

  it('recovers, and says that the net is that of the frame it comes from', () => {
    const { samples, player, receiver } = listen(
      talk(10).filter(([, { seq }]) => seq !== 5),
      200,
    );
    expect(samples[150 * 48]).to.equal(CONCEALED_SAMPLE);
    expect(receiver.statistics.recovered).to.equal(1);
    expect(player.lastFrame?.route.channel).to.equal('net');
  });

  it('fades a long gap out, and leads over from it without a jump', () => {
    const gap = talk(40).filter(([, { seq }]) => seq < 10 || seq >= 18);
    const { samples } = listen(gap, 900);
    expect(samples.some((value) => value === CONCEALED_SAMPLE)).to.equal(true);
    expect(samples.subarray(361 * 48, 380 * 48).every((value) => value === 0)).to.equal(true);
    const end = samples.findIndex((value, i) => i > 361 * 48 && value !== 0);
    for (let i = end; i < end + 480; i++) {
      expect(Math.abs((samples[i] ?? 0) - (samples[i - 1] ?? 0))).to.be.below(0.2);
    }
  });

  it('conceals a packet that the decoder refuses, and says so', () => {
    const bad = talk(10).map(([at, each]): readonly [number, OpusFrame] => [
      at,
      each.seq === 4 ? { ...each, packet: Uint8Array.of(9) } : each,
    ]);
    const { samples, refused } = listen(bad, 300);
    expect(refused).to.have.length(1);
    expect(samples[130 * 48]).to.equal(CONCEALED_SAMPLE);
    expect(samples[150 * 48]).to.equal(32 * STEP);
  });

  it('shortens sound to come back to its delay, and tells the receiver', () => {
    const { receiver } = listen(
      talk(300, (i) => (i < 50 ? 70 : 0)).sort(([left], [right]) => left - right),
      6_200,
    );
    const { removedMs, playoutDelayMs } = receiver.statistics;
    expect(removedMs).to.be.above(40);
    expect(playoutDelayMs).to.be.below(90);
  });
});
