import { spectralDistances } from '@sidetone/testkit';
import type { Arrival, PlayedTalker } from './played-talker.js';

/** One talkspurt as it was said. */
export interface SaidTalkspurt {
  readonly firstSeq: number;
  readonly frames: number;
  /** Adaptation makes frames longer where a talkspurt begins. */
  readonly frameMs: number;
  /** What the codec alone makes of it. */
  readonly reference: Float32Array;
}

/** What somebody heard of a talk, over all of its talkspurts. */
export interface HeardTalk {
  /** Time without sound of its own, of all the time from the first to the last frame, in percent. */
  readonly concealedPercent: number;
  /** Log-spectral distance from what the codec alone makes of it, a mean over windows of 500 ms. */
  readonly distanceDb: number;
  /** Of those windows, from the first on. */
  readonly distancesDb: readonly number[];
  /** Of the frames, behind the fastest packet. */
  readonly meanDelayMs: number;
  /** Frames heard out of packets of their own or copies, and out of those of the next frame. */
  readonly decoded: number;
  readonly recovered: number;
}

const TICKS_PER_MS = 48;
/** Past the greatest delay of any receiver. */
const SEARCH_MS = { minShiftMs: -20, maxShiftMs: 700 } as const;

export function heardTalk(
  played: PlayedTalker,
  arrivals: readonly Arrival[],
  talkspurts: readonly SaidTalkspurt[],
): HeardTalk {
  const firstTick = Math.min(...arrivals.map(({ frame }) => frame.time));
  const gaps = talkspurts.map((talkspurt) => gapOf(played, talkspurt));
  const gapMs = sum(gaps.map((gap) => gap.gapMs));
  const heardMs = sum(gaps.map((gap) => gap.heardMs));
  const distancesDb = talkspurts.flatMap((talkspurt) => {
    const tick = startTick(arrivals, talkspurt) - firstTick;
    const windows = spectralDistances(talkspurt.reference, played.samples.subarray(tick), {
      sampleRate: 48_000,
      ...SEARCH_MS,
    });
    return windows.map(({ distanceDb }) => distanceDb);
  });
  const delaysMs = talkspurts.flatMap((talkspurt) => delaysOf(played, arrivals, talkspurt));
  const within = played.heard.filter(({ seq }) =>
    talkspurts.some((talkspurt) => isOf(talkspurt, seq)),
  );
  return {
    concealedPercent: (100 * gapMs) / (gapMs + heardMs),
    distanceDb: sum(distancesDb) / distancesDb.length,
    distancesDb,
    meanDelayMs: sum(delaysMs) / delaysMs.length,
    decoded: within.filter(({ kind }) => kind === 'decode').length,
    recovered: within.filter(({ kind }) => kind === 'recover').length,
  };
}

function isOf({ firstSeq, frames }: SaidTalkspurt, seq: number | null): seq is number {
  return seq !== null && seq >= firstSeq && seq < firstSeq + frames;
}

/**
 * What a receiver itself counts as concealed depends on the receiver. Here a gap is whatever is heard
 * between two frames of a talkspurt and is neither of them, silence too, and what is missing at
 * either end of it.
 */
function gapOf(
  { heard }: PlayedTalker,
  talkspurt: SaidTalkspurt,
): { readonly gapMs: number; readonly heardMs: number } {
  const first = heard.findIndex(({ seq }) => isOf(talkspurt, seq));
  const last = heard.findLastIndex(({ seq }) => isOf(talkspurt, seq));
  const { firstSeq, frames, frameMs } = talkspurt;
  if (first === -1) return { gapMs: frames * frameMs, heardMs: 0 };
  const atEnds =
    (heard[first]?.seq ?? 0) - firstSeq + firstSeq + frames - 1 - (heard[last]?.seq ?? 0);
  let gapMs = atEnds * frameMs;
  let heardMs = 0;
  for (const { seq, durationMs } of heard.slice(first, last + 1)) {
    if (seq === null) gapMs += durationMs;
    else heardMs += durationMs;
  }
  return { gapMs, heardMs };
}

function delaysOf(
  { heard, baseMs }: PlayedTalker,
  arrivals: readonly Arrival[],
  talkspurt: SaidTalkspurt,
): readonly number[] {
  const startMs = baseMs + startTick(arrivals, talkspurt) / TICKS_PER_MS;
  return heard.flatMap(({ seq, atMs }) =>
    isOf(talkspurt, seq) ? [atMs - startMs - (seq - talkspurt.firstSeq) * talkspurt.frameMs] : [],
  );
}

/** Media time of its beginning, by any frame of it that came. */
function startTick(arrivals: readonly Arrival[], talkspurt: SaidTalkspurt): number {
  const came = arrivals.find(({ frame }) => isOf(talkspurt, frame.seq));
  if (!came) throw new Error(`nothing came of the talkspurt from frame ${talkspurt.firstSeq} on`);
  return came.frame.time - (came.frame.seq - talkspurt.firstSeq) * talkspurt.frameMs * TICKS_PER_MS;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
