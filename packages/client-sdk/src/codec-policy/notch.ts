import type { EncoderSettings, FrameDurationMs } from '@sidetone/protocol';

/** One step between all that a source may use and the least that is understood. */
export interface Notch {
  readonly bitrateBps: number;
  readonly frameDurationMs: FrameDurationMs;
}

const BITRATES_BPS = [24_000, 16_000] as const;
const DURATIONS_MS = [40, 60] as const;
/** Half of what the source has, before the steps of speech begin. */
const HALVING_FROM_BPS = 64_000;

/** From the settings down: first fewer bits, and when these are used up fewer and longer frames. */
export function notchesBelow({ bitrateBps, frameDurationMs }: EncoderSettings): readonly Notch[] {
  const top: Notch = { bitrateBps, frameDurationMs };
  const notches = [top];
  const lower = bitrateBps >= HALVING_FROM_BPS ? [bitrateBps / 2, ...BITRATES_BPS] : BITRATES_BPS;
  for (const each of lower) {
    if (each < bitrateBps) notches.push({ bitrateBps: Math.round(each), frameDurationMs });
  }
  const least = notches.at(-1) ?? top;
  for (const each of DURATIONS_MS) {
    if (each > frameDurationMs) notches.push({ ...least, frameDurationMs: each });
  }
  return notches;
}

/** How far down losses alone lead: fewer bits make none of random losses, only of queues. */
export function lossLimit(notches: readonly Notch[]): number {
  const [top] = notches;
  const found = notches.findLastIndex(
    ({ bitrateBps, frameDurationMs }) =>
      bitrateBps >= BITRATES_BPS[0] && frameDurationMs === top?.frameDurationMs,
  );
  return Math.max(0, found);
}
