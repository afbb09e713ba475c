import {
  bursts,
  drifting,
  exponential,
  jittering,
  stalls,
  stepping,
  stream,
  uniform,
} from './impairment.js';
import { BASE_MS, type Limits, type Network } from './network.js';

const MINUTE_MS = 60_000;

const usual = {
  durationMs: 2 * MINUTE_MS,
  frameDurationMs: 20,
  earlierFrames: 0,
  cleanFromMs: null,
  limits: null,
  fastestMs: () => BASE_MS,
} as const;

const atMost = (
  concealedPercent: number | null,
  meanPlayoutDelayMs: number | null,
  freezesPer2Min: number | null,
): Limits => ({ concealedPercent, meanPlayoutDelayMs, freezesPer2Min });

function drift(name: string, ppm: number): Network {
  return {
    ...usual,
    name,
    title: `clock drift ${ppm > 0 ? '+' : ''}${ppm} ppm, 1 h`,
    durationMs: 60 * MINUTE_MS,
    limits: atMost(0, 60, 0),
    path: drifting(ppm),
    fastestMs: (timeMs) => BASE_MS - (ppm / 1e6) * timeMs,
  };
}

/** The networks that have limits, and behind them some that are there to be known. */
export const NETWORKS: readonly Network[] = [
  {
    ...usual,
    name: 'clean',
    title: 'clean (2 ms jitter)',
    limits: atMost(0, 60, 0),
    path: jittering(uniform(2)),
  },
  {
    ...usual,
    name: 'wifi',
    title: 'Wi-Fi: exponential 8 ms, 0.5 % loss',
    limits: atMost(0.2, 75, 0),
    path: jittering(exponential(8), 0.005),
  },
  {
    ...usual,
    name: 'loss-5',
    title: '5 % random loss',
    limits: atMost(0.5, 65, 0),
    path: jittering(uniform(2), 0.05),
  },
  {
    ...usual,
    name: 'loss-10-jitter-200',
    title: '10 % loss, 0-200 ms jitter',
    limits: atMost(2.5, 230, 1),
    path: jittering(uniform(200), 0.1),
  },
  {
    ...usual,
    name: 'burst-10-redundancy-4',
    title: 'bursts of 3, 10 %, 4 earlier frames',
    earlierFrames: 4,
    limits: atMost(2.6, 100, 14),
    path: bursts(0.1, 3, 2),
  },
  {
    ...usual,
    name: 'stall-300',
    title: '300 ms stall each 5 s for 60 s',
    cleanFromMs: MINUTE_MS + 300,
    limits: { ...atMost(null, null, null), settledAfterMs: 20_000 },
    path: stalls(300, 5_000, 12),
  },
  drift('drift-plus-200', 200),
  drift('drift-minus-200', -200),
  { ...usual, name: 'loss-20', title: '20 % random loss', path: jittering(uniform(2), 0.2) },
  { ...usual, name: 'burst-5', title: 'bursts of 3, 5 %', path: bursts(0.05, 3, 2) },
  {
    ...usual,
    name: 'burst-5-redundancy-4',
    title: 'bursts of 3, 5 %, 4 earlier frames',
    earlierFrames: 4,
    path: bursts(0.05, 3, 2),
  },
  {
    ...usual,
    name: 'step-100',
    title: '100 ms slower from 60 s on',
    cleanFromMs: MINUTE_MS,
    path: stepping(100, MINUTE_MS),
    fastestMs: (timeMs) => BASE_MS + (timeMs >= MINUTE_MS ? 100 : 0),
  },
  {
    ...usual,
    name: 'tcp-1-60',
    title: 'one stream, 1 % loss, 60 ms round trip',
    path: stream(0.01, 60),
    fastestMs: () => 30,
  },
  {
    ...usual,
    name: 'tcp-5-150',
    title: 'one stream, 5 % loss, 150 ms round trip',
    path: stream(0.05, 150),
    fastestMs: () => 75,
  },
  {
    ...usual,
    name: 'low-latency',
    title: 'clean, 10 ms frames, floor 20 ms',
    frameDurationMs: 10,
    path: jittering(uniform(2)),
  },
];
