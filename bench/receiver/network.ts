import type { Random } from './random.js';

/** What became of one packet. */
export interface Delivery {
  readonly seq: number;
  /** Media time, which is also when it was sent. */
  readonly timeMs: number;
  /** `null` for a lost one. */
  readonly arrivalMs: number | null;
}

/** What the table of the receiver is measured against; `null` where nothing is asked. */
export interface Limits {
  readonly concealedPercent: number | null;
  readonly meanPlayoutDelayMs: number | null;
  readonly freezesPer2Min: number | null;
  /** Until the delay is 60 ms again after the last stall. */
  readonly settledAfterMs?: number;
}

export interface Network {
  readonly name: string;
  readonly title: string;
  readonly durationMs: number;
  readonly frameDurationMs: 10 | 20 | 40 | 60;
  /** So many earlier frames travel in each packet. */
  readonly earlierFrames: number;
  /** When it stops to be bad, for the time it takes to settle. */
  readonly cleanFromMs: number | null;
  /** `null` for rows that are there to be known. */
  readonly limits: Limits | null;
  /** The way of a packet sent at `timeMs`, in ms; `null` for a lost one. Asked in order. */
  readonly path: (random: Random) => (timeMs: number) => number | null;
  /** The way of the fastest packet at that time. */
  readonly fastestMs: (timeMs: number) => number;
}

/** All of it is the way of the fastest packet; what comes on top is the network. */
export const BASE_MS = 40;

export function deliveries(
  network: Network,
  random: Random,
  durationMs: number = network.durationMs,
): readonly Delivery[] {
  const way = network.path(random);
  const step = network.frameDurationMs;
  return Array.from({ length: Math.floor(durationMs / step) }, (_, seq) => {
    const timeMs = seq * step;
    const wayMs = way(timeMs);
    // In whole microseconds, so that the last bit of a logarithm decides nothing.
    return {
      seq,
      timeMs,
      arrivalMs: wayMs === null ? null : Math.round(1000 * (timeMs + wayMs)) / 1000,
    };
  });
}
