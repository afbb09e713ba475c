import { inspect } from 'node:util';
import { optionError, testkitError } from '../error/error-codes.js';

/** An emitter whose events are typed by a map of listeners, as tiny-typed-emitter's are. */
export interface TypedEventSource<L> {
  on<N extends keyof L>(name: N, listener: L[N]): unknown;
  off<N extends keyof L>(name: N, listener: L[N]): unknown;
}

/** Any emitter, typed or not. */
export interface EventSource {
  on(name: string, listener: (payload: unknown) => void): unknown;
  off(name: string, listener: (payload: unknown) => void): unknown;
}

/** The one payload object of a listener. */
export type EventPayload<F> = F extends (payload: infer P, ...rest: never[]) => unknown
  ? P
  : undefined;

export interface CollectedEvent<L, N extends keyof L = keyof L> {
  readonly name: N;
  readonly payload: EventPayload<L[N]>;
}

/** Remembers events from the moment it is made, so that none is missed between two awaits. */
export interface EventCollector<L> {
  /** Everything so far, oldest first, whether or not `next` has given it out. */
  readonly all: readonly CollectedEvent<L>[];
  /** The payloads of one event so far, oldest first. */
  payloads<N extends keyof L>(name: N): readonly EventPayload<L[N]>[];
  /**
   * The oldest event of that name that `filter` accepts and no `next` has given out, or the first
   * to come. Fails with `ERR_TESTKIT_WAIT_TIMEOUT` after `timeoutMs` of real time, 5,000 by
   * default; the message lists what came instead.
   */
  next<N extends keyof L>(
    name: N,
    filter?: (payload: EventPayload<L[N]>) => boolean,
    timeoutMs?: number,
  ): Promise<EventPayload<L[N]>>;
  /** Stops listening; whoever still waits gets `ERR_TESTKIT_CLOSED`. `all` stays readable. */
  close(): void;
}

type AnyEvents = Record<string, (payload: unknown) => void>;

/**
 * Collects the named events of an emitter. Give the emitter's map of listeners as type argument to
 * have names and payloads typed: `collectEvents<ClientEvents>(client, ['channelJoined'])`.
 */
export function collectEvents<L>(
  emitter: TypedEventSource<L>,
  names: readonly (keyof L & string)[],
): EventCollector<L>;
export function collectEvents(
  emitter: EventSource,
  names: readonly string[],
): EventCollector<AnyEvents>;
export function collectEvents(
  emitter: EventSource,
  names: readonly string[],
): EventCollector<AnyEvents> {
  return new BufferedCollector(emitter, names);
}

interface Waiter {
  readonly name: string;
  readonly filter: (payload: unknown) => boolean;
  readonly resolve: (payload: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

class BufferedCollector implements EventCollector<AnyEvents> {
  readonly #emitter: EventSource;
  readonly #listeners = new Map<string, (payload: unknown) => void>();
  readonly #events: CollectedEvent<AnyEvents>[] = [];
  readonly #fresh = new Set<CollectedEvent<AnyEvents>>();
  readonly #waiters = new Set<Waiter>();
  #closed = false;

  constructor(emitter: EventSource, names: readonly string[]) {
    this.#emitter = emitter;
    for (const name of new Set(names)) {
      const listener = (payload: unknown): void => this.#take({ name, payload });
      this.#listeners.set(name, listener);
      emitter.on(name, listener);
    }
  }

  get all(): readonly CollectedEvent<AnyEvents>[] {
    return [...this.#events];
  }

  payloads(name: string): readonly unknown[] {
    this.#requireCollected(name);
    return this.#events.filter((event) => event.name === name).map((event) => event.payload);
  }

  next(
    name: string,
    filter: (payload: unknown) => boolean = () => true,
    timeoutMs = 5000,
  ): Promise<unknown> {
    this.#requireCollected(name);
    for (const event of this.#fresh) {
      if (event.name !== name || !filter(event.payload)) continue;
      this.#fresh.delete(event);
      return Promise.resolve(event.payload);
    }
    if (this.#closed) return Promise.reject(closedError(name));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(this.#timeout(name, timeoutMs));
      }, timeoutMs);
      const waiter: Waiter = { name, filter, resolve, reject, timer };
      this.#waiters.add(waiter);
    });
  }

  close(): void {
    this.#closed = true;
    for (const [name, listener] of this.#listeners) this.#emitter.off(name, listener);
    for (const waiter of this.#waiters) {
      clearTimeout(waiter.timer);
      waiter.reject(closedError(waiter.name));
    }
    this.#waiters.clear();
  }

  #take(event: CollectedEvent<AnyEvents>): void {
    this.#events.push(event);
    for (const waiter of this.#waiters) {
      if (waiter.name !== event.name || !accepts(waiter, event.payload)) continue;
      this.#waiters.delete(waiter);
      clearTimeout(waiter.timer);
      waiter.resolve(event.payload);
      return;
    }
    this.#fresh.add(event);
  }

  #requireCollected(name: string): void {
    if (this.#listeners.has(name)) return;
    const names = [...this.#listeners.keys()].join(', ');
    throw optionError('event', name, `this collector listens to: ${names}`);
  }

  #timeout(name: string, timeoutMs: number): Error {
    const seen = this.#events.map((event) => `${event.name} ${inspect(event.payload)}`);
    return testkitError(
      'ERR_TESTKIT_WAIT_TIMEOUT',
      `no such "${name}" within ${timeoutMs} ms; seen instead: ${seen.join('; ') || 'nothing'}`,
    );
  }
}

/** A filter that throws must fail the one who waits, not the emitter that happens to emit. */
function accepts(waiter: Waiter, payload: unknown): boolean {
  try {
    return waiter.filter(payload);
  } catch (error) {
    waiter.reject(error instanceof Error ? error : new Error(inspect(error)));
    return false;
  }
}

function closedError(name: string): Error {
  return testkitError(
    'ERR_TESTKIT_CLOSED',
    `the collector was closed: nobody can wait for "${name}"`,
  );
}
