import type { Delivery } from './network.js';

/** A file that cannot be replayed, and why. */
export class TraceError extends Error {}

const COLUMNS = ['seq', 'timeMs', 'arrivalMs'] as const;
const FRAME_DURATIONS = [10, 20, 40, 60] as const;
/** The fastest packet is looked for so far on both sides: clocks drift and routes change. */
const NEARBY_MS = 1_000;
const MAX_ROWS = 2_000_000;

export interface Trace {
  readonly sent: readonly Delivery[];
  readonly frameDurationMs: (typeof FRAME_DURATIONS)[number];
  /** The way of the fastest packet near that time. */
  readonly fastestMs: (timeMs: number) => number;
}

/**
 * Reads a recorded network: a line of column names (`seq,timeMs,arrivalMs`, in any order, others
 * are not looked at), then a line for each packet. An empty `arrivalMs` is a lost packet, and so is
 * a number that is left out.
 */
export function parseTrace(text: string, fileName: string): Trace {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const [head, ...rows] = lines;
  if (head === undefined) throw problem(fileName, 'it is empty; begin with a line of column names');
  const names = head.split(',').map((name) => name.trim());
  const columns = COLUMNS.map((name) => columnOf(name, names, fileName));
  if (rows.length < 2) throw problem(fileName, 'it has fewer than two packets');
  if (rows.length > MAX_ROWS) throw problem(fileName, `it has more than ${MAX_ROWS} packets`);
  const recorded = rows.map((row, index) => parseRow(row, columns, `${fileName}:${index + 2}`));
  recorded.sort((left, right) => left.seq - right.seq);
  checkOrder(recorded, fileName);
  const frameDurationMs = durationOf(recorded, fileName);
  checkSpan(recorded, fileName);
  const sent = withLost(recorded, frameDurationMs);
  return { sent, frameDurationMs, fastestMs: fastestNearby(sent) };
}

function columnOf(name: string, names: readonly string[], fileName: string): number {
  const index = names.indexOf(name);
  if (index >= 0) return index;
  throw problem(
    fileName,
    `there is no column "${name}" among "${names.join(',')}"; name ${COLUMNS.join(', ')}`,
  );
}

function parseRow(row: string, columns: readonly number[], place: string): Delivery {
  const cells = row.split(',').map((cell) => cell.trim());
  const [seqText = '', timeText = '', arrivalText = ''] = columns.map(
    (index) => cells[index] ?? '',
  );
  const seq = numberIn(seqText, 'seq', place);
  if (!Number.isSafeInteger(seq) || seq < 0) {
    throw problem(place, `seq "${seqText}" is no whole number from 0 on; unwrap it first`);
  }
  return {
    seq,
    timeMs: numberIn(timeText, 'timeMs', place),
    arrivalMs: arrivalText === '' ? null : numberIn(arrivalText, 'arrivalMs', place),
  };
}

function numberIn(text: string, name: string, place: string): number {
  const value = Number(text);
  if (text !== '' && Number.isFinite(value)) return value;
  throw problem(place, `${name} "${text}" is no number`);
}

function checkOrder(recorded: readonly Delivery[], fileName: string): void {
  recorded.forEach(({ seq, timeMs }, index) => {
    const before = recorded[index - 1];
    if (!before) return;
    if (before.seq === seq) throw problem(fileName, `seq "${seq}" is there twice`);
    if (before.timeMs >= timeMs) {
      throw problem(fileName, `timeMs does not grow from seq "${before.seq}" to seq "${seq}"`);
    }
  });
}

function checkSpan(recorded: readonly Delivery[], fileName: string): void {
  const span = (recorded.at(-1)?.seq ?? 0) - (recorded[0]?.seq ?? 0) + 1;
  if (span > MAX_ROWS) throw problem(fileName, `its numbers span more than ${MAX_ROWS} packets`);
  if (recorded.every(({ arrivalMs }) => arrivalMs === null)) {
    throw problem(fileName, 'no packet of it arrived, so there is nothing to play');
  }
}

/** The smallest step in time from one number to the next, for there may be pauses in between. */
function durationOf(recorded: readonly Delivery[], fileName: string): Trace['frameDurationMs'] {
  let smallest = Infinity;
  recorded.forEach(({ seq, timeMs }, index) => {
    const before = recorded[index - 1];
    if (before && before.seq + 1 === seq) smallest = Math.min(smallest, timeMs - before.timeMs);
  });
  const duration = FRAME_DURATIONS.find((each) => Math.abs(each - smallest) < 0.5);
  if (duration !== undefined) return duration;
  const found = smallest === Infinity ? 'no two packets follow each other' : `"${smallest}" ms`;
  throw problem(
    fileName,
    `frames have to be ${FRAME_DURATIONS.join(', ')} ms long, and here it is ${found}`,
  );
}

/** Numbers that are left out were lost. */
function withLost(recorded: readonly Delivery[], durationMs: number): readonly Delivery[] {
  return recorded.flatMap((each, index) => {
    const next = recorded[index + 1];
    const missing = next ? next.seq - each.seq - 1 : 0;
    const lost = Array.from({ length: missing }, (_, i) => ({
      seq: each.seq + 1 + i,
      timeMs: each.timeMs + (1 + i) * durationMs,
      arrivalMs: null,
    }));
    return [each, ...lost];
  });
}

function fastestNearby(sent: readonly Delivery[]): (timeMs: number) => number {
  const buckets = new Map<number, number>();
  for (const { timeMs, arrivalMs } of sent) {
    if (arrivalMs === null) continue;
    const bucket = Math.floor(timeMs / NEARBY_MS);
    buckets.set(bucket, Math.min(buckets.get(bucket) ?? Infinity, arrivalMs - timeMs));
  }
  const overall = Math.min(...buckets.values());
  return (timeMs) => {
    const bucket = Math.floor(timeMs / NEARBY_MS);
    const near = [bucket - 1, bucket, bucket + 1].map((each) => buckets.get(each) ?? Infinity);
    const fastest = Math.min(...near);
    return fastest === Infinity ? overall : fastest;
  };
}

const problem = (place: string, what: string): TraceError => new TraceError(`${place}: ${what}`);
