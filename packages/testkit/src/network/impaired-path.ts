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

interface Passenger {
  readonly bytes: Uint8Array;
  readonly index: number;
  readonly delayMs: number;
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
  readonly #deliver: (bytes: Uint8Array) => void;
  readonly #fates: FateSequence;
  readonly #queue: DepartureQueue<Passenger>;
  readonly #heldBack = new Set<HeldBack>();
  #arrivals = 0;
  #latestDepartureMs = Number.NEGATIVE_INFINITY;
  #newestDeparted = -1;

  constructor(
    state: DirectionState,
    timing: Timing,
    random: SeededRandom,
    deliver: (bytes: Uint8Array) => void,
  ) {
    this.#state = state;
    this.#timing = timing;
    this.#deliver = deliver;
    this.#fates = new FateSequence(random);
    this.#queue = new DepartureQueue(timing, (passenger) => this.#leave(passenger));
  }

  /** Datagrams that have yet to leave. */
  get waiting(): number {
    return this.#queue.size + this.#heldBack.size;
  }

  /** `bytes` must not be changed afterwards. */
  arrive(bytes: Uint8Array): Verdict {
    const { statistics, impairment, cut } = this.#state;
    statistics.received += 1;
    const index = this.#arrivals++;
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
    const passenger = { bytes, index, delayMs: fate.delayMs, duplicated: fate.duplicated };
    const departAtMs = this.#departure(fate.delayMs);
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

  #departure(delayMs: number): number {
    const own = this.#timing.now() + delayMs;
    if (!this.#state.impairment.keepOrder) return own;
    this.#latestDepartureMs = Math.max(this.#latestDepartureMs, own);
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

  #leave({ bytes, index, delayMs, duplicated }: Passenger): void {
    const { statistics } = this.#state;
    if (delayMs > 0) statistics.delayed += 1;
    if (index < this.#newestDeparted) statistics.reordered += 1;
    this.#newestDeparted = Math.max(this.#newestDeparted, index);
    statistics.forwarded += 1;
    this.#deliver(bytes);
    if (!duplicated) return;
    statistics.duplicated += 1;
    statistics.forwarded += 1;
    this.#deliver(bytes);
  }
}
