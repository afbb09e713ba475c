import { WireError } from '@sidetone/protocol';
import type { Clock } from '../contracts/clock.js';
import type { Metrics } from '../contracts/metrics.js';

export type AdmissionKind = 'resume' | 'login';

/** Who comes back before who is new. */
const KINDS = ['resume', 'login'] as const satisfies readonly AdmissionKind[];

/** The way of one connection to its session. */
export interface Admission {
  /**
   * Runs `work` when it is its turn and gives what it gives. Rejects with `WireError`: SERVER_FULL
   * where too many wait or they wait too long, REQUEST_TIMEOUT where the connection ended before
   * its turn; `work` was not called then.
   */
  admit<T>(kind: AdmissionKind, work: () => Promise<T>): Promise<T>;
}

interface AdmissionQueueParts {
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** What those are told who are turned away; spread, so that they do not return as one. */
  readonly retryAfterMs: () => number;
  /** Calls back when the event loop has looked at sockets. Default `setImmediate`. */
  readonly nextTurn?: (run: () => void) => void;
}

interface Waiting {
  readonly sinceMs: number;
  readonly start: () => Promise<void>;
}

interface Lane {
  readonly waiting: Set<Waiting>;
  running: number;
}

/**
 * Opening a session tells everybody who sees it: with many people there, each costs milliseconds.
 * Voice that arrives meanwhile must not wait for more than these.
 */
const STARTS_PER_TURN = 2;

/**
 * An authenticator may ask a database. One that hashes has a queue of its own, which knows better
 * than the order of arrival who is to be served: this one must not fill before that one.
 */
const MAX_RUNNING = { resume: 64, login: 128 } as const;
const MAX_WAITING = { resume: 4096, login: 1024 } as const;

/**
 * Clients give up after 10 s. Behind somebody who has waited for half of that, a newcomer would
 * have gone before its turn, and come again: better it is told at once when to.
 */
const MAX_WAIT_MS = 5000;

/** Signing in may take its time, too: who has waited for longer would have gone before its answer. */
const MAX_LOGIN_WAIT_MS = 6000;

/** A newcomer that has waited so long has the first start of a turn, however many come back. */
const LOGIN_PATIENCE_MS = 2500;

/**
 * Lets a storm of connections in one after another: who comes back before who is new, and never so
 * many at once that voice waits for them.
 */
export class AdmissionQueue {
  readonly #parts: AdmissionQueueParts;
  readonly #nextTurn: (run: () => void) => void;
  readonly #lanes: Readonly<Record<AdmissionKind, Lane>> = {
    resume: { waiting: new Set(), running: 0 },
    login: { waiting: new Set(), running: 0 },
  };
  #startsLeft = STARTS_PER_TURN;

  constructor(parts: AdmissionQueueParts) {
    this.#parts = parts;
    this.#nextTurn = parts.nextTurn ?? ((run) => void setImmediate(run));
  }

  /** As `Admission.admit`; who waits is taken out when `ended` is aborted. */
  admit<T>(kind: AdmissionKind, work: () => Promise<T>, ended: AbortSignal): Promise<T> {
    if (ended.aborted) return Promise.reject(goneError());
    if (this.#isFull(kind)) return Promise.reject(this.#turnAway(kind));
    return new Promise((resolve, reject) => {
      const { waiting } = this.#lanes[kind];
      const leave = (): void => {
        cancel();
        ended.removeEventListener('abort', withdraw);
        waiting.delete(entry);
      };
      const withdraw = (): void => {
        leave();
        this.#count('control.withdrawn', kind);
        reject(goneError());
      };
      const giveUp = (): void => {
        leave();
        reject(this.#turnAway(kind));
      };
      const cancel =
        kind === 'login' ? this.#parts.clock.after(MAX_LOGIN_WAIT_MS, giveUp) : (): void => {};
      const start = async (): Promise<void> => {
        leave();
        // Async, so that what it throws at once is a rejection too.
        const outcome = (async () => work())();
        resolve(outcome);
        await outcome.catch(() => undefined);
      };
      const entry = { sinceMs: this.#parts.clock.now(), start };
      waiting.add(entry);
      ended.addEventListener('abort', withdraw, { once: true });
      this.#pump();
      this.#count(waiting.has(entry) ? 'control.waited' : 'control.admitted', kind);
    });
  }

  #turnAway(kind: AdmissionKind): WireError {
    this.#count('control.turnedAway', kind);
    return new WireError('SERVER_FULL', 'too many come at once; come again later', {
      retryAfterMs: this.#parts.retryAfterMs(),
    });
  }

  #isFull(kind: AdmissionKind): boolean {
    const { waiting } = this.#lanes[kind];
    const [first] = waiting;
    if (first === undefined) return false;
    const longestMs = this.#parts.clock.now() - first.sinceMs;
    return waiting.size >= MAX_WAITING[kind] || longestMs > MAX_WAIT_MS;
  }

  #pump(): void {
    while (this.#startsLeft > 0) {
      const kind = this.#nextKind();
      if (kind === null) return;
      if (this.#startsLeft === STARTS_PER_TURN) this.#nextTurn(() => this.#beginTurn());
      this.#startsLeft -= 1;
      this.#start(this.#lanes[kind]);
    }
  }

  #beginTurn(): void {
    this.#startsLeft = STARTS_PER_TURN;
    this.#pump();
  }

  #nextKind(): AdmissionKind | null {
    const order = this.#isLoginDue() ? (['login', 'resume'] as const) : KINDS;
    for (const kind of order) {
      const { waiting, running } = this.#lanes[kind];
      if (waiting.size > 0 && running < MAX_RUNNING[kind]) return kind;
    }
    return null;
  }

  #isLoginDue(): boolean {
    const [first] = this.#lanes.login.waiting;
    if (first === undefined || this.#startsLeft < STARTS_PER_TURN) return false;
    return this.#parts.clock.now() - first.sinceMs >= LOGIN_PATIENCE_MS;
  }

  #start(lane: Lane): void {
    const [first] = lane.waiting;
    if (first === undefined) return;
    lane.waiting.delete(first);
    lane.running += 1;
    void first.start().finally(() => {
      lane.running -= 1;
      this.#pump();
    });
  }

  #count(name: string, kind: AdmissionKind): void {
    this.#parts.metrics.counter(name, kind).add();
  }
}

function goneError(): WireError {
  return new WireError('REQUEST_TIMEOUT', 'the connection ended before its turn');
}
