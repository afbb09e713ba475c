import type { Random } from './random.js';
import { BASE_MS } from './network.js';

type Path = (random: Random) => (timeMs: number) => number | null;

/** Delays that are the fastest one and a jitter of each packet's own. */
export function jittering(jitterMs: (random: Random) => number, lossRate = 0): Path {
  return (random) => () => {
    const lost = random.chance(lossRate);
    const wayMs = BASE_MS + jitterMs(random);
    return lost ? null : wayMs;
  };
}

export const uniform =
  (maxMs: number): ((random: Random) => number) =>
  (random) =>
    maxMs * random.fraction();

export const exponential =
  (meanMs: number): ((random: Random) => number) =>
  (random) =>
    -meanMs * Math.log(1 - random.fraction());

/** Gilbert-Elliott: nothing passes in the bad state, everything in the good one. */
export function bursts(lossRate: number, meanBurst: number, jitterMs: number): Path {
  const leaveRate = 1 / meanBurst;
  const enterRate = (leaveRate * lossRate) / (1 - lossRate);
  return (random) => {
    let isBad = random.chance(lossRate);
    return () => {
      const jitter = jitterMs * random.fraction();
      isBad = random.chance(isBad ? leaveRate : enterRate) ? !isBad : isBad;
      return isBad ? null : BASE_MS + jitter;
    };
  };
}

/** Nothing arrives for `stallMs`, then all of it at once; each `periodMs`, `count` times. */
export function stalls(stallMs: number, periodMs: number, count: number): Path {
  return (random) => (timeMs) => {
    const index = Math.floor((timeMs + BASE_MS) / periodMs);
    const sinceStallMs = timeMs + BASE_MS - index * periodMs;
    const isStalled = index >= 1 && index <= count && sinceStallMs < stallMs;
    return BASE_MS + (isStalled ? stallMs - sinceStallMs : 0) + 2 * random.fraction();
  };
}

/** The talker's clock runs faster or slower than ours. */
export function drifting(ppm: number): Path {
  return (random) => (timeMs) => BASE_MS - (ppm / 1e6) * timeMs + 2 * random.fraction();
}

/** From `atMs` on every packet takes longer by `byMs`. */
export function stepping(byMs: number, atMs: number): Path {
  return (random) => (timeMs) => BASE_MS + (timeMs >= atMs ? byMs : 0) + 2 * random.fraction();
}

/** One ordered stream: what is lost is sent again, and everything behind it waits. */
export function stream(lossRate: number, roundTripMs: number): Path {
  return (random) => {
    let deliveredAt = 0;
    return (timeMs) => {
      let wayMs = roundTripMs / 2 + 2 * random.fraction();
      // Found out by the acknowledgements of three later segments, which is more than a round trip.
      while (random.chance(lossRate)) wayMs += roundTripMs + 60;
      deliveredAt = Math.max(deliveredAt, timeMs + wayMs);
      return deliveredAt - timeMs;
    };
  };
}
