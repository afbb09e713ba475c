import type { Socket } from 'node:net';
import type { SeededRandom } from '../random/seeded-random.js';
import { DepartureQueue } from './departure-queue.js';
import type { Timing } from './real-timing.js';
import type { ResolvedStreamImpairment } from './stream-impairment.js';
import type { StreamStatistics } from './stream-statistics.js';

/** What all streams of one direction share and a test may change at any time. */
export interface StreamDirectionState {
  impairment: ResolvedStreamImpairment;
  halfOpen: boolean;
  readonly statistics: StreamStatistics;
}

/** A piece of the stream, or its end. */
type Piece = Uint8Array | 'end';

/** Above this the sender is no longer read, so that it feels the bad path as back-pressure. */
const MAX_WAITING_BYTES = 256 * 1024;

/** Throttled streams go in pieces of this length of time, so that they trickle. */
const THROTTLE_SLICE_S = 0.02;

/** One direction of one connection: reads from one socket and writes to the other. */
export class ImpairedStream {
  readonly #state: StreamDirectionState;
  readonly #timing: Timing;
  readonly #random: SeededRandom;
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #queue: DepartureQueue<Piece>;
  #waitingBytes = 0;
  #latestDepartureMs = Number.NEGATIVE_INFINITY;
  #rateFreeAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    state: StreamDirectionState,
    timing: Timing,
    random: SeededRandom,
    from: Socket,
    to: Socket,
  ) {
    this.#state = state;
    this.#timing = timing;
    this.#random = random;
    this.#from = from;
    this.#to = to;
    this.#queue = new DepartureQueue(timing, (piece) => this.#leave(piece));
    from.on('data', (bytes: Buffer) => this.#arrive(bytes));
    from.on('end', () => this.#enqueue('end', this.#departure()));
    to.on('drain', () => this.#regulate());
    if (state.halfOpen) this.hold();
  }

  /** Neither reads nor writes until `release`; what was read already stays here. */
  hold(): void {
    this.#queue.hold();
    this.#from.pause();
  }

  release(): void {
    this.#queue.release();
    this.#regulate();
  }

  clear(): void {
    this.#queue.clear();
    this.#waitingBytes = 0;
  }

  #arrive(bytes: Uint8Array): void {
    this.#state.statistics.bytesReceived += bytes.length;
    const { bytesPerSecond } = this.#state.impairment;
    const slice = Number.isFinite(bytesPerSecond)
      ? Math.max(1, Math.ceil(bytesPerSecond * THROTTLE_SLICE_S))
      : bytes.length;
    for (let start = 0; start < bytes.length; start += slice) {
      const piece = bytes.subarray(start, start + slice);
      this.#waitingBytes += piece.length;
      this.#enqueue(piece, this.#throttle(piece, this.#departure()));
    }
    this.#regulate();
  }

  #enqueue(piece: Piece, departAtMs: number): void {
    if (this.#state.halfOpen) this.#state.statistics.heldHalfOpen += 1;
    this.#latestDepartureMs = Math.max(this.#latestDepartureMs, departAtMs);
    this.#queue.push(piece, this.#latestDepartureMs);
  }

  #departure(): number {
    const { delayMs, jitterMs } = this.#state.impairment;
    const waitMs = delayMs + this.#random.fraction() * jitterMs;
    if (waitMs > 0) this.#state.statistics.delayed += 1;
    return this.#timing.now() + waitMs;
  }

  #throttle(piece: Uint8Array, departAtMs: number): number {
    const { bytesPerSecond } = this.#state.impairment;
    const startMs = Math.max(departAtMs, this.#rateFreeAtMs);
    this.#rateFreeAtMs = startMs + (1000 * piece.length) / bytesPerSecond;
    if (this.#rateFreeAtMs > departAtMs) this.#state.statistics.throttled += 1;
    return this.#rateFreeAtMs;
  }

  #leave(piece: Piece): void {
    if (piece === 'end') {
      this.#to.end();
      return;
    }
    this.#waitingBytes -= piece.length;
    this.#state.statistics.bytesForwarded += piece.length;
    if (this.#to.writable) this.#to.write(piece);
    this.#regulate();
  }

  #regulate(): void {
    if (this.#state.halfOpen) return;
    const waiting = this.#waitingBytes + this.#to.writableLength;
    if (waiting > MAX_WAITING_BYTES) this.#from.pause();
    else if (this.#from.isPaused()) this.#from.resume();
  }
}
