import { Random } from './random.js';
import { deliveries, type Network } from './network.js';
import { simulate, type SimulationResult } from './simulate.js';
import type { Trace } from './trace.js';

const TWO_MINUTES_MS = 120_000;
const SETTLED_MS = 60;
const LOW_LATENCY_FLOOR_MS = 20;
const FLOOR_MS = 40;
/** What can be stretched is drawn apart from what the network does. */
const VOICE_SEEDS = 1_000_000;

export interface Measurement {
  readonly network: string;
  readonly concealedPercent: number;
  readonly meanPlayoutDelayMs: number;
  readonly freezesPer2Min: number;
  readonly p95PlayoutDelayMs: number;
  readonly recoveredPercent: number;
  readonly redundantPercent: number;
  readonly latePercent: number;
  /** From when the network was clean until the delay stayed at 60 ms or less; only of such rows. */
  readonly settledAfterMs?: number;
  readonly actionHashes: readonly string[];
}

/** Means over the seeds; the slowest to settle counts. */
export function measure(
  network: Network,
  seeds: readonly number[],
  durationMs: number = network.durationMs,
): Measurement {
  const runs = seeds.map((seed) => runOnce(network, seed, durationMs));
  return summary(network.name, runs, network.cleanFromMs);
}

/** A recorded network, played once. */
export function measureTrace(trace: Trace, name: string, earlierFrames: number): Measurement {
  const { sent, frameDurationMs, fastestMs } = trace;
  const run = simulate(sent, {
    frameDurationMs,
    fastestMs,
    earlierFrames,
    floorMs: floorFor(frameDurationMs),
    random: new Random(VOICE_SEEDS),
  });
  return summary(name, [run], null);
}

function summary(
  network: string,
  runs: readonly SimulationResult[],
  cleanFromMs: number | null,
): Measurement {
  const mean = (of: (run: SimulationResult) => number): number =>
    runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
  return {
    network,
    concealedPercent: mean((run) => run.concealedPercent),
    meanPlayoutDelayMs: mean((run) => run.meanPlayoutDelayMs),
    freezesPer2Min: mean((run) => (run.freezes * TWO_MINUTES_MS) / run.speechMs),
    p95PlayoutDelayMs: mean((run) => run.p95PlayoutDelayMs),
    recoveredPercent: mean((run) => run.recoveredPercent),
    redundantPercent: mean((run) => run.redundantPercent),
    latePercent: mean((run) => run.latePercent),
    ...(cleanFromMs !== null && {
      settledAfterMs: Math.max(...runs.map((run) => settledAfterMs(run, cleanFromMs))),
    }),
    actionHashes: runs.map((run) => run.actionHash),
  };
}

function runOnce(network: Network, seed: number, durationMs: number): SimulationResult {
  const { frameDurationMs, earlierFrames, fastestMs } = network;
  return simulate(deliveries(network, new Random(seed), durationMs), {
    frameDurationMs,
    earlierFrames,
    fastestMs,
    floorMs: floorFor(frameDurationMs),
    random: new Random(seed + VOICE_SEEDS),
  });
}

function settledAfterMs({ delays }: SimulationResult, cleanFromMs: number): number {
  const above = delays.findLast(({ timeMs, delayMs }) => {
    return timeMs >= cleanFromMs && delayMs > SETTLED_MS;
  });
  return above === undefined ? 0 : above.timeMs - cleanFromMs;
}

/** As the low-latency setting goes with its frames. */
function floorFor(frameDurationMs: number): number {
  return frameDurationMs === 10 ? LOW_LATENCY_FLOOR_MS : FLOOR_MS;
}
