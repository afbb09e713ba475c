// What forwarding costs: CPU of the server alone, per frame delivered to one listener, beside the
// same traffic through bare `dgram` and `ws`. Absolute times belong to the machine; ratios do not.
// Beside it, what it costs to ask who may do what, and what it costs to hear twenty people at once.
import { startBare } from './bare-subject.js';
import { cpuMicros } from './cpu-time.js';
import { measurePermissions, permissionText, type PermissionResult } from './permissions.js';
import { measurePlayback, playbackText, type PlaybackResult } from './playback.js';
import { startSidetone } from './sidetone-subject.js';
import type { Subject } from './subject.js';

const CLIENTS = 50;
const RUNS = 3;
const WINDOW_MS = 3000;

/** Frames that a forwarder has to see before V8 has compiled its packet path; a server runs for hours. */
const WARM_UP_FRAMES = 2500;
const FRAMES_PER_SECOND = 50;

interface Row {
  readonly name: string;
  readonly transport: 'udp' | 'ws';
  readonly talkers: number;
}

interface Measurement {
  readonly cpuMicrosPerForward: number;
  readonly deliveryRatio: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number };
}

interface Result extends Measurement {
  readonly name: string;
  readonly bareCpuMicrosPerForward: number;
  readonly ratio: number;
}

const rows: readonly Row[] = [
  { name: 'udp-50x5', transport: 'udp', talkers: 5 },
  { name: 'udp-50x50', transport: 'udp', talkers: 50 },
  { name: 'ws-50x5', transport: 'ws', talkers: 5 },
  { name: 'ws-50x50', transport: 'ws', talkers: 50 },
];

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

async function measure({ pid, load }: Subject): Promise<Measurement> {
  const before = cpuMicros(pid);
  const { sent, received, latenciesMs } = await load.run(WINDOW_MS);
  const spent = cpuMicros(pid) - before;
  return {
    cpuMicrosPerForward: spent / received,
    deliveryRatio: received / (sent * (CLIENTS - 1)),
    latencyMs: { p50: quantile(latenciesMs, 0.5), p99: quantile(latenciesMs, 0.99) },
  };
}

async function measureRow({ name, transport, talkers }: Row): Promise<Result> {
  const sidetone = await startSidetone(transport, CLIENTS, talkers);
  const bare = await startBare(transport, CLIENTS, talkers);
  try {
    const warmUpMs = (1000 * WARM_UP_FRAMES) / (FRAMES_PER_SECOND * talkers);
    await Promise.all([sidetone.load.run(warmUpMs), bare.load.run(warmUpMs)]);
    const ours: Measurement[] = [];
    const theirs: Measurement[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      ours.push(await measure(sidetone));
      theirs.push(await measure(bare));
    }
    const of = (list: readonly Measurement[], pick: (of: Measurement) => number): number =>
      median(list.map(pick));
    const cpuMicrosPerForward = of(ours, (run) => run.cpuMicrosPerForward);
    const bareCpuMicrosPerForward = of(theirs, (run) => run.cpuMicrosPerForward);
    return {
      name,
      cpuMicrosPerForward,
      bareCpuMicrosPerForward,
      ratio: cpuMicrosPerForward / bareCpuMicrosPerForward,
      deliveryRatio: of(ours, (run) => run.deliveryRatio),
      latencyMs: {
        p50: of(ours, (run) => run.latencyMs.p50),
        p99: of(ours, (run) => run.latencyMs.p99),
      },
    };
  } finally {
    await sidetone.stop();
    await bare.stop();
  }
}

function table(results: readonly Result[]): string {
  const head = ['row', 'us/forward', 'bare', 'ratio', 'delivered', 'p50 ms', 'p99 ms'];
  const lines = results.map((result) => [
    result.name,
    result.cpuMicrosPerForward.toFixed(2),
    result.bareCpuMicrosPerForward.toFixed(2),
    result.ratio.toFixed(2),
    `${(100 * result.deliveryRatio).toFixed(2)} %`,
    result.latencyMs.p50.toFixed(2),
    result.latencyMs.p99.toFixed(2),
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  return [head, ...lines]
    .map((line) => line.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '))
    .join('\n');
}

const PERMISSIONS = 'permissions';
const PLAYBACK = 'playback';

const json = process.argv.includes('--json');
const only = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const names = [...rows.map(({ name }) => name), PERMISSIONS, PLAYBACK];
const unknown = only.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(
    `bench: there is no row "${unknown.join('", "')}"; choose of ${names.join(', ')}\n`,
  );
  process.exit(1);
}

const isWanted = (name: string): boolean => only.length === 0 || only.includes(name);
const tellProgress = (name: string): void => {
  if (!json) process.stderr.write(`measuring ${name} ...\n`);
};

const results: Result[] = [];
for (const row of rows) {
  if (!isWanted(row.name)) continue;
  tellProgress(row.name);
  results.push(await measureRow(row));
}
let permissions: PermissionResult | null = null;
if (isWanted(PERMISSIONS)) {
  tellProgress(PERMISSIONS);
  permissions = await measurePermissions();
}
let playback: PlaybackResult | null = null;
if (isWanted(PLAYBACK)) {
  tellProgress(PLAYBACK);
  playback = measurePlayback();
}
const texts = [
  ...(results.length > 0 ? [table(results)] : []),
  ...(permissions === null ? [] : [permissionText(permissions)]),
  ...(playback === null ? [] : [playbackText(playback)]),
];
const told = {
  results,
  ...(permissions === null ? {} : { permissions }),
  ...(playback === null ? {} : { playback }),
};
process.stdout.write(json ? `${JSON.stringify(told)}\n` : `${texts.join('\n\n')}\n`);
