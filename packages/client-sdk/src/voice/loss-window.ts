/** Parts of the frames sent that did not arrive, 0 to 1; `null` when too few went to tell. */
export interface PathLoss {
  readonly uplink: number | null;
  readonly downlink: number | null;
}

/** The counters of both ends at one pong, modulo 2^32. */
export interface CounterSample {
  readonly at: number;
  /** Frames this end had sent when it sent the ping, and how many the other had by then. */
  readonly sent: number;
  readonly arrivedThere: number;
  /** Frames the other end had sent when it sent the pong, and how many were here when it came. */
  readonly sentThere: number;
  readonly arrived: number;
}

/** Fewer frames than this, a fifth of a second of voice, are no measurement. */
const MIN_FRAMES = 10;
const KEEP_MS = 10_000;
const MAX_SAMPLES = 64;
/** A difference this large is a counter that went backwards: a late pong, or another server. */
const HALF_RANGE = 2 ** 31;

/** What gets lost on a path in either direction, from the counters in pings and pongs. */
export class LossWindow {
  #samples: CounterSample[] = [];

  get newestAt(): number {
    return this.#samples.at(-1)?.at ?? -Infinity;
  }

  add(sample: CounterSample): void {
    this.#samples.push(sample);
    // One older than the window stays: it is where the window begins.
    while (
      this.#samples.length > MAX_SAMPLES ||
      (this.#samples[1] && sample.at - this.#samples[1].at > KEEP_MS)
    ) {
      this.#samples.shift();
    }
  }

  /** Between the newest sample and the newest one at least `windowMs` before it. */
  loss(windowMs: number): PathLoss {
    const newest = this.#samples.at(-1);
    const base = newest && this.#samples.findLast(({ at }) => newest.at - at >= windowMs);
    if (!newest || !base) return { uplink: null, downlink: null };
    return {
      uplink: lostPart(newest.sent - base.sent, newest.arrivedThere - base.arrivedThere),
      downlink: lostPart(newest.sentThere - base.sentThere, newest.arrived - base.arrived),
    };
  }
}

function lostPart(sentDifference: number, arrivedDifference: number): number | null {
  const sent = sentDifference >>> 0;
  const arrived = arrivedDifference >>> 0;
  if (sent < MIN_FRAMES || sent >= HALF_RANGE || arrived >= HALF_RANGE) return null;
  // Frames that overtook the ping count before it.
  return Math.max(0, 1 - arrived / sent);
}
