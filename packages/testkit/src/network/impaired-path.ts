import type { CancelTimer } from '@sidetone/core';
import type { SeededRandom } from '../random/seeded-random.js';
import type { DatagramStatistics } from './datagram-statistics.js';
import { DepartureQueue } from './departure-queue.js';
import { FateSequence } from './fate-sequence.js';
import type { ResolvedImpairment } from './impairment.js';
import type { Timing } from './real-timing.js';

/** What was decided about a datagram when it arrived. */
export type Verdict = 'passed' | 'lost' | 'lostInBurst' | 'cut' | 'overflowed';

/** What all paths of one direction share and a test may change at any time. */
export interface DirectionState {
  impairment: ResolvedImpairment;
  cut: boolean;
  readonly statistics: DatagramStatistics;
}

/** How a datagram got through. */
export interface Passage {
  /** Of the datagram on its path, from 0 on, those that are lost counted. */
  readonly number: number;
  /** What the faults made it wait; how busy the machine was has no part in it. */
  readonly delayMs: number;
}

interface Passenger {
  readonly bytes: Uint8Array;
  readonly index: number;
  readonly arrivedAtMs: number;
  readonly stalled: boolean;
  readonly duplicated: boolean;
}

interface HeldBack {
  readonly passenger: Passenger;
  departAtMs: number;
  /** How many later ones have yet to pass. */
  toPass: number;
  readonly cancel: CancelTimer;
}

/** A datagram held back on a path that fell silent goes after this time. */
const MAX_HELD_BACK_MS = 100;
const MAX_WAITING = 20_000;

/** One direction of one client's path: takes datagrams in, lets those that survive out. */
export class ImpairedPath {
  readonly #state: DirectionState;
  readonly #timing: Timing;
  readonly #deliver: (bytes: Uint8Array, passage: Passage) => void;
  readonly #fates: FateSequence;
  readonly #queue: DepartureQueue<Passenger>;
  readonly #heldBack = new Set<HeldBack>();
  #arrivals = 0;
  #latestDepartureMs = Number.NEGATIVE_INFINITY;
  #newestDeparted = -1;
  /** What the path met last, and since when: stalls are counted from there. */
  #met: { readonly impairment: ResolvedImpairment; readonly sinceMs: number } | null = null;

  constructor(
    state: DirectionState,
    timing: Timing,
    random: SeededRandom,
    deliver: (bytes: Uint8Array, passage: Passage) => void,
  ) {
    this.#state = state;
    this.#timing = timing;
    this.#deliver = deliver;
    this.#fates = new FateSequence(random);
    this.#queue = new DepartureQueue(timing, (passenger, atMs) => this.#leave(passenger, atMs));
  }

  /** Datagrams that have yet to leave. */
  get waiting(): number {
    return this.#queue.size + this.#heldBack.size;
  }

  /** Datagrams that have come so far. */
  get arrivals(): number {
    return this.#arrivals;
  }

  /** `bytes` must not be changed afterwards. */
  arrive(bytes: Uint8Array): Verdict {
    const { statistics, impairment, cut } = this.#state;
    statistics.received += 1;
    const index = this.#arrivals++;
    const nowMs = this.#timing.now();
    if (this.#met?.impairment !== impairment) this.#met = { impairment, sinceMs: nowMs };
    const fate = this.#fates.next(impairment);
    if (cut) {
      statistics.cut += 1;
      return 'cut';
    }
    if (fate.kind !== 'passed') {
      statistics[fate.kind] += 1;
      if (fate.kind === 'lostInBurst' && fate.first) statistics.bursts += 1;
      return fate.kind;
    }
    if (this.waiting >= MAX_WAITING) {
      statistics.overflowed += 1;
      return 'overflowed';
    }
    const dueAtMs = nowMs + fate.delayMs;
    const passedAtMs = this.#afterStall(dueAtMs);
    const passenger = {
      bytes,
      index,
      arrivedAtMs: nowMs,
      stalled: passedAtMs > dueAtMs,
      duplicated: fate.duplicated,
    };
    const departAtMs = this.#departure(passedAtMs);
    if (fate.heldBack) this.#holdBack(passenger, departAtMs);
    else this.#pass(passenger, departAtMs);
    return 'passed';
  }

  /** Loses what is on its way, as a cut does. */
  clear(): void {
    const lost = this.#queue.clear().length + this.#heldBack.size;
    for (const held of this.#heldBack) held.cancel();
    this.#heldBack.clear();
    this.#state.statistics.cut += lost;
  }

  /** The end of the stall at that moment, the same number for all that wait; else the moment. */
  #afterStall(atMs: number): number {
    const { stalls } = this.#state.impairment;
    if (this.#met === null || stalls === null) return atMs;
    const { sinceMs } = this.#met;
    const stall = Math.floor((atMs - sinceMs) / stalls.everyMs);
    if (stall < 1) return atMs;
    return Math.max(atMs, sinceMs + stall * stalls.everyMs + stalls.durationMs);
  }

  #departure(passedAtMs: number): number {
    if (!this.#state.impairment.keepOrder) return passedAtMs;
    this.#latestDepartureMs = Math.max(this.#latestDepartureMs, passedAtMs);
    return this.#latestDepartureMs;
  }

  #holdBack(passenger: Passenger, departAtMs: number): void {
    const held: HeldBack = {
      passenger,
      departAtMs,
      toPass: this.#state.impairment.reorderBy,
      cancel: this.#timing.after(MAX_HELD_BACK_MS, () => this.#letGo(held)),
    };
    this.#heldBack.add(held);
  }

  #pass(passenger: Passenger, departAtMs: number): void {
    this.#queue.push(passenger, departAtMs);
    for (const held of this.#heldBack) {
      held.toPass -= 1;
      held.departAtMs = Math.max(held.departAtMs, departAtMs);
      if (held.toPass === 0) this.#letGo(held);
    }
  }

  #letGo(held: HeldBack): void {
    held.cancel();
    this.#heldBack.delete(held);
    this.#queue.push(held.passenger, held.departAtMs);
  }

  #leave({ bytes, index, arrivedAtMs, stalled, duplicated }: Passenger, departAtMs: number): void {
    const { statistics } = this.#state;
    const passage = { number: index, delayMs: departAtMs - arrivedAtMs };
    if (passage.delayMs > 0) statistics.delayed += 1;
    if (stalled) statistics.stalled += 1;
    if (index < this.#newestDeparted) statistics.reordered += 1;
    this.#newestDeparted = Math.max(this.#newestDeparted, index);
    statistics.forwarded += 1;
    this.#deliver(bytes, passage);
    if (!duplicated) return;
    statistics.duplicated += 1;
    statistics.forwarded += 1;
    this.#deliver(bytes, passage);
  }
}
