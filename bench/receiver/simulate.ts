import { AdaptiveReceiver, type ReceivedFrame } from '@sidetone/client-sdk';
import type { Delivery } from './network.js';
import type { Random } from './random.js';
import { arriving, inTalkspurts, type ArrivingFrame } from './sent-frame.js';
import { SimulatedPlayer } from './simulated-player.js';

/** A sink asks for blocks of this length. */
const BLOCK_MS = 10;

export interface SimulationOptions {
  readonly frameDurationMs: ReceivedFrame['durationMs'];
  readonly earlierFrames: number;
  readonly floorMs: number;
  /** Decides what can be stretched. */
  readonly random: Random;
  /** The way of the fastest packet at that time. */
  readonly fastestMs: (timeMs: number) => number;
}

export interface SimulationResult {
  readonly concealedPercent: number;
  readonly recoveredPercent: number;
  readonly redundantPercent: number;
  readonly latePercent: number;
  readonly meanPlayoutDelayMs: number;
  readonly p95PlayoutDelayMs: number;
  readonly freezes: number;
  readonly speechMs: number;
  /** Playout delay of each frame that was heard: when it was said, and the delay. */
  readonly delays: readonly { readonly timeMs: number; readonly delayMs: number }[];
  readonly actionHash: string;
}

/** Speech through the receiver, played by a sink that asks for 10 ms at a time. */
export function simulate(
  deliveries: readonly Delivery[],
  options: SimulationOptions,
): SimulationResult {
  const { frameDurationMs, earlierFrames, floorMs, random, fastestMs } = options;
  const receiver = new AdaptiveReceiver<ArrivingFrame>({ floorMs });
  const sent = inTalkspurts(deliveries, frameDurationMs);
  const firstSeq = sent[0]?.seq ?? 0;
  const player = new SimulatedPlayer(receiver, random, (seq) => {
    const frame = sent[seq - firstSeq];
    if (!frame) throw new Error(`frame "${seq}" was played, and was never sent`);
    return frame;
  });
  run(receiver, player, arriving(sent, frameDurationMs, earlierFrames));
  const delays = player.heard.map(({ frame: { timeMs }, at }) => ({
    timeMs,
    delayMs: at - timeMs - fastestMs(timeMs),
  }));
  const sorted = delays.map(({ delayMs }) => delayMs).sort((left, right) => left - right);
  const { recovered, redundant, late } = receiver.statistics;
  const speechMs = sent.length * frameDurationMs;
  return {
    concealedPercent: (100 * player.concealedMs) / speechMs,
    recoveredPercent: (100 * recovered) / sent.length,
    redundantPercent: (100 * redundant) / sent.length,
    latePercent: (100 * late) / sent.length,
    meanPlayoutDelayMs: sorted.reduce((sum, each) => sum + each, 0) / sorted.length,
    p95PlayoutDelayMs: sorted[Math.floor(0.95 * sorted.length)] ?? NaN,
    freezes: player.freezes,
    speechMs,
    delays,
    actionHash: player.hash.text,
  };
}

function run(
  receiver: AdaptiveReceiver<ArrivingFrame>,
  player: SimulatedPlayer,
  arrivals: readonly ArrivingFrame[],
): void {
  const lastArrivalMs = arrivals.at(-1)?.arrivalMs ?? 0;
  const begin = Math.floor((arrivals[0]?.arrivalMs ?? 0) / BLOCK_MS) * BLOCK_MS;
  let next = 0;
  for (let now = begin; now <= lastArrivalMs || !receiver.idle; now += BLOCK_MS) {
    for (let frame = arrivals[next]; frame && frame.arrivalMs <= now; frame = arrivals[next]) {
      receiver.push(frame, frame.arrivalMs);
      next += 1;
    }
    player.playUntil(now + BLOCK_MS, now);
  }
}
