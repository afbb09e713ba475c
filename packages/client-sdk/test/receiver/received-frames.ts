import type { EarlierFrame } from '@sidetone/protocol';
import type { AdaptiveReceiver, PlayoutAction, ReceivedFrame } from '../../src/index.node.js';

export interface FrameOptions {
  readonly start?: boolean;
  readonly end?: boolean;
  readonly empty?: boolean;
  readonly durationMs?: ReceivedFrame['durationMs'];
  /** Media time; by default as many durations as the number says. */
  readonly timeMs?: number;
  /** Offsets of the frames that travel along. */
  readonly earlier?: readonly number[];
}

export function frame(seq: number, options: FrameOptions = {}): ReceivedFrame {
  const { start = false, end = false, empty = false, durationMs = 20, earlier = [] } = options;
  const { timeMs = seq * durationMs } = options;
  const redundancy = earlier.map((seqOffset): EarlierFrame => {
    return { seqOffset, packet: packetOf(seq - seqOffset) };
  });
  const packet = empty ? new Uint8Array(0) : packetOf(seq);
  return { seq, time: timeMs * 48, durationMs, start, end, packet, redundancy };
}

/** Says its number, so that a test can tell what is decoded. */
function packetOf(seq: number): Uint8Array {
  return Uint8Array.of(seq >>> 8, seq & 0xff);
}

export function numberIn(packet: Uint8Array): number {
  return 256 * (packet[0] ?? 0) + (packet[1] ?? 0);
}

export type Arrival = readonly [atMs: number, frame: ReceivedFrame];

export interface Heard {
  readonly at: number;
  readonly action: PlayoutAction<ReceivedFrame>;
}

/**
 * Plays as a sink does that asks for 10 ms at a time and stretches whatever it is asked to.
 * @returns copies of all actions, with the time at which each is heard
 */
export function play(
  receiver: AdaptiveReceiver<ReceivedFrame>,
  arrivals: readonly Arrival[],
  untilMs: number,
  fromMs = 0,
): Heard[] {
  const heard: Heard[] = [];
  const waiting = [...arrivals].sort(([left], [right]) => left - right);
  let playedUntil = fromMs;
  for (let now = fromMs; now < untilMs; now += 10) {
    while ((waiting[0]?.[0] ?? Infinity) <= now) {
      const [at, each] = waiting.shift() as Arrival;
      receiver.push(each, at);
    }
    while (playedUntil < now + 10) {
      const action = receiver.pull(playedUntil);
      heard.push({ at: playedUntil, action: { ...action } });
      playedUntil += lengthOf(action, receiver);
    }
  }
  return heard;
}

function lengthOf(
  action: PlayoutAction<ReceivedFrame>,
  receiver: AdaptiveReceiver<ReceivedFrame>,
): number {
  if (action.kind === 'silence') return action.sampleCount / 48;
  if (action.kind !== 'decode' || action.stretchMs === 0) return action.durationMs;
  receiver.stretched(action.stretchMs);
  return action.durationMs + action.stretchMs;
}

/** One word an action: `7` decoded, `f7` recovered, `r7` of a copy, `c20` concealed; no silence. */
export function sounds(heard: readonly Heard[]): string {
  return heard
    .flatMap(({ action }) => {
      switch (action.kind) {
        case 'decode':
          return action.seq === action.frame.seq ? `${action.seq}` : `r${action.seq}`;
        case 'recover':
          return `f${action.seq}`;
        case 'conceal':
          return `c${action.durationMs}`;
        case 'silence':
          return [];
      }
    })
    .join(' ');
}

/** A talkspurt without any loss, one frame each 20 ms from `atMs` on. */
export function talkspurt(count: number, from = 100, atMs = 0): Arrival[] {
  return Array.from({ length: count }, (_, i) => [
    atMs + i * 20,
    frame(from + i, {
      start: i === 0,
      end: i === count - 1,
      timeMs: from * 20 + atMs + i * 20,
    }),
  ]);
}

export const without = (arrivals: readonly Arrival[], ...lost: readonly number[]): Arrival[] =>
  arrivals.filter(([, { seq }]) => !lost.includes(seq));

export const delayed = (
  arrivals: readonly Arrival[],
  byMs: Readonly<Record<number, number>>,
): Arrival[] => arrivals.map(([at, each]) => [at + (byMs[each.seq] ?? 0), each]);

export const timeOf = (heard: readonly Heard[], seq: number): number =>
  heard.find(({ action }) => 'seq' in action && action.seq === seq)?.at ?? NaN;
