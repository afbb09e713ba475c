// What the receiver makes of bad networks, in simulated time: nothing here depends on the machine.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measure, measureTrace, type Measurement } from './measure.js';
import { NETWORKS } from './networks.js';
import { aligned, HEADINGS, line, table } from './table.js';
import { parseTrace, TraceError } from './trace.js';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const USAGE =
  'npm run bench:receiver -- [--json] [--earlier-frames 0-8] [--trace file.csv | network ...]';
const MAX_EARLIER_FRAMES = 8;

class UsageError extends Error {}

interface Wish {
  readonly json: boolean;
  readonly traceFile: string | undefined;
  readonly earlierFrames: number;
  readonly names: readonly string[];
}

function readWish(args: readonly string[]): Wish {
  const { values, positionals } = parsed(args);
  const earlierFrames = Number(values['earlier-frames'] ?? '0');
  if (!(Number.isInteger(earlierFrames) && earlierFrames >= 0)) {
    throw new UsageError(`"${values['earlier-frames']}" is no number of earlier frames; ${USAGE}`);
  }
  if (earlierFrames > MAX_EARLIER_FRAMES) {
    throw new UsageError(`"${earlierFrames}" earlier frames are too many; ${USAGE}`);
  }
  const unknown = positionals.filter((name) => !NETWORKS.some((each) => each.name === name));
  if (unknown.length > 0) {
    const known = NETWORKS.map(({ name }) => name).join(', ');
    throw new UsageError(`there is no network "${unknown.join('", "')}"; choose of ${known}`);
  }
  return {
    json: values.json ?? false,
    traceFile: values.trace,
    earlierFrames,
    names: positionals,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        trace: { type: 'string' },
        'earlier-frames': { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}; ${USAGE}`);
  }
}

function readTrace(file: string) {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TraceError(`"${file}" cannot be read: ${reason}`);
  }
  return parseTrace(text, file);
}

function replay(file: string, { json, earlierFrames }: Wish): string {
  const measured = measureTrace(readTrace(file), file, earlierFrames);
  return json ? toJson([measured]) : aligned([HEADINGS, line(file, measured, null)]);
}

function run({ json, names }: Wish): string {
  const networks = NETWORKS.filter(({ name }) => names.length === 0 || names.includes(name));
  const rows = networks.map((network) => {
    if (!json) process.stderr.write(`simulating ${network.name} ...\n`);
    return { network, measured: measure(network, SEEDS) };
  });
  return json ? toJson(rows.map(({ measured }) => measured)) : table(rows);
}

function toJson(results: readonly Measurement[]): string {
  return JSON.stringify({ results });
}

try {
  const wish = readWish(process.argv.slice(2));
  const output = wish.traceFile === undefined ? run(wish) : replay(wish.traceFile, wish);
  process.stdout.write(`${output}\n`);
} catch (error) {
  if (!(error instanceof TraceError || error instanceof UsageError)) throw error;
  process.stderr.write(`bench:receiver: ${error.message}\n`);
  process.exitCode = 1;
}
