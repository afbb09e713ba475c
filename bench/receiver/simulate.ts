import { AdaptiveReceiver, type ReceivedFrame } from '@sidetone/client-sdk';
import type { Random } from './random.js';
import { ActionHash } from './action-hash.js';
import type { Delivery } from './network.js';

/** A sink asks for blocks of this length. */
const BLOCK_MS = 10;
const FREEZE_MS = 80;
/** How often a voice lets itself be stretched, and by how much: its period. */
const STRETCHABLE_SHARE = 0.7;
const VOICE_PERIOD_MS = { min: 4, max: 12 };

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
  readonly skipped: number;
  /** Playout delay of each frame that was heard: when it was said, and the delay. */
  readonly delays: readonly { readonly timeMs: number; readonly delayMs: number }[];
  readonly actionHash: string;
}

interface Frame extends ReceivedFrame {
  readonly arrivalMs: number;
}

/** One talkspurt through the receiver, played by a sink that asks for 10 ms at a time. */
export function simulate(sent: readonly Delivery[], options: SimulationOptions): SimulationResult {
  const { frameDurationMs, floorMs, fastestMs } = options;
  const receiver = new AdaptiveReceiver<Frame>({ floorMs });
  const arrivals = arrivingFrames(sent, options);
  const firstSeq = sent[0]?.seq ?? 0;
  const speechMs = sent.length * frameDurationMs;
  const player = new SimulatedPlayer(receiver, options, (seq) => {
    return sent[seq - firstSeq]?.timeMs ?? NaN;
  });
  let next = 0;
  const lastArrivalMs = arrivals.at(-1)?.arrivalMs ?? 0;
  const begin = Math.floor((arrivals[0]?.arrivalMs ?? 0) / BLOCK_MS) * BLOCK_MS;
  for (let now = begin; now <= lastArrivalMs || !receiver.idle; now += BLOCK_MS) {
    for (let frame = arrivals[next]; frame && frame.arrivalMs <= now; frame = arrivals[next]) {
      receiver.push(frame, frame.arrivalMs);
      next += 1;
    }
    player.playUntil(now + BLOCK_MS, now);
  }
  return summary(player, receiver, fastestMs, speechMs, sent.length);
}

function summary(
  player: SimulatedPlayer,
  receiver: AdaptiveReceiver<Frame>,
  fastestMs: (timeMs: number) => number,
  speechMs: number,
  frameCount: number,
): SimulationResult {
  const delays = player.heard.map(({ timeMs, at }) => ({
    timeMs,
    delayMs: at - timeMs - fastestMs(timeMs),
  }));
  const sorted = delays.map(({ delayMs }) => delayMs).sort((left, right) => left - right);
  const { recovered, redundant, late, skipped } = receiver.statistics;
  return {
    concealedPercent: (100 * player.concealedMs) / speechMs,
    recoveredPercent: (100 * recovered) / frameCount,
    redundantPercent: (100 * redundant) / frameCount,
    latePercent: (100 * late) / frameCount,
    meanPlayoutDelayMs: sorted.reduce((sum, each) => sum + each, 0) / sorted.length,
    p95PlayoutDelayMs: sorted[Math.floor(0.95 * sorted.length)] ?? NaN,
    freezes: player.freezes,
    speechMs,
    skipped,
    delays,
    actionHash: player.hash.text,
  };
}

/** Counts for itself what is heard: the receiver's own figures are not taken for it. */
class SimulatedPlayer {
  readonly heard: { timeMs: number; at: number }[] = [];
  readonly hash = new ActionHash();
  concealedMs = 0;
  freezes = 0;
  readonly #receiver: AdaptiveReceiver<Frame>;
  readonly #random: Random;
  readonly #timeOf: (seq: number) => number;
  #playedUntil = -Infinity;
  /** Silence before the first frame and after the last one is none that counts. */
  #silentRunMs = 0;
  #runMs = 0;

  constructor(
    receiver: AdaptiveReceiver<Frame>,
    { random }: SimulationOptions,
    timeOf: (seq: number) => number,
  ) {
    this.#receiver = receiver;
    this.#random = random;
    this.#timeOf = timeOf;
  }

  playUntil(untilMs: number, nowMs: number): void {
    if (this.#playedUntil < nowMs) this.#playedUntil = nowMs;
    while (this.#playedUntil < untilMs) this.#playedUntil += this.#next(this.#playedUntil);
  }

  #next(at: number): number {
    const action = this.#receiver.pull(at);
    this.hash.add(action);
    switch (action.kind) {
      case 'decode':
        this.#hear(action.seq, at);
        return action.durationMs + this.#stretch(action.stretchMs);
      case 'recover':
        this.#hear(action.seq, at);
        return action.durationMs;
      case 'conceal':
        this.#endSilence();
        this.#miss(action.durationMs);
        return action.durationMs;
      case 'silence': {
        const durationMs = action.sampleCount / 48;
        if (this.heard.length > 0) this.#silentRunMs += durationMs;
        return durationMs;
      }
    }
  }

  #hear(seq: number, at: number): void {
    this.#endSilence();
    this.#runMs = 0;
    this.heard.push({ timeMs: this.#timeOf(seq), at });
  }

  #endSilence(): void {
    if (this.#silentRunMs > 0) this.#miss(this.#silentRunMs);
    this.#silentRunMs = 0;
  }

  #miss(ms: number): void {
    const before = this.#runMs;
    this.#runMs += ms;
    this.concealedMs += ms;
    if (before < FREEZE_MS && this.#runMs >= FREEZE_MS) this.freezes += 1;
  }

  /** A voice can be changed by whole periods, and not always. */
  #stretch(wishMs: number): number {
    if (wishMs === 0) return 0;
    const { min, max } = VOICE_PERIOD_MS;
    const periodMs = Math.round(48 * (min + (max - min) * this.#random.fraction())) / 48;
    if (!this.#random.chance(STRETCHABLE_SHARE) || periodMs > Math.abs(wishMs)) return 0;
    const changedMs = Math.sign(wishMs) * periodMs;
    this.#receiver.stretched(changedMs);
    return changedMs;
  }
}

const PACKET = Uint8Array.of(0);

function arrivingFrames(
  sent: readonly Delivery[],
  { frameDurationMs, earlierFrames }: SimulationOptions,
): readonly Frame[] {
  return sent
    .flatMap(({ seq, timeMs, arrivalMs }, index) => {
      if (arrivalMs === null) return [];
      const redundancy = Array.from({ length: Math.min(index, earlierFrames) }, (_, i) => {
        return { seqOffset: i + 1, packet: PACKET };
      });
      return {
        seq,
        time: Math.round(timeMs * 48),
        durationMs: frameDurationMs,
        start: index === 0,
        end: index === sent.length - 1,
        packet: PACKET,
        redundancy,
        arrivalMs,
      };
    })
    .sort((left, right) => left.arrivalMs - right.arrivalMs || left.seq - right.seq);
}
