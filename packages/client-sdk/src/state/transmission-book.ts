import type { SourceView, TransmissionEndReason, TransmissionView } from '@sidetone/protocol';
import type { CancelTimer, Clock } from '../clock/clock.js';

/**
 * `lost`: nothing was heard of it for 5 s, or it ended while the connection was cut, so the news of
 * its end is lost.
 */
export type TransmissionEnd = TransmissionEndReason | 'lost';

export interface TransmissionBookListener {
  started(transmission: TransmissionView): void;
  updated(transmission: TransmissionView): void;
  ended(transmission: TransmissionView, reason: TransmissionEnd): void;
}

/** News of a transmission come every 2 s while it lasts. */
const LOST_AFTER_MS = 5_000;
const CHECK_PERIOD_MS = 1_000;
const NONE: readonly TransmissionView[] = Object.freeze([]);

interface Entry {
  view: TransmissionView;
  lastNewsAt: number;
}

/** Who talks now. Signals may be lost, so each news counts as the first and silence ends it. */
export class TransmissionBook {
  readonly #clock: Clock;
  readonly #listener: TransmissionBookListener;
  readonly #entries = new Map<string, Entry>();
  /** The same by source, for whoever asks often; made anew for a source when it has news. */
  readonly #bySource = new Map<string, readonly TransmissionView[]>();
  /** What the server said is under way, while the state does not show its talkers yet. */
  #expected: Map<string, TransmissionView> | null = null;
  #cancelCheck: CancelTimer | null = null;

  constructor(clock: Clock, listener: TransmissionBookListener) {
    this.#clock = clock;
    this.#listener = listener;
  }

  all(): readonly TransmissionView[] {
    return Array.from(this.#entries.values(), ({ view }) => view);
  }

  /** Those of one source, which may have several targets; the same array until there is news. */
  ofSource(sourceId: string): readonly TransmissionView[] {
    return this.#bySource.get(sourceId) ?? NONE;
  }

  /** Those from which something is under way. */
  sources(): Iterable<string> {
    return this.#bySource.keys();
  }

  isTalking(session: string): boolean {
    for (const { view } of this.#entries.values()) {
      if (view.source.session === session) return true;
    }
    return false;
  }

  /** What was under way at the sign-in: state, not news. */
  load(views: readonly TransmissionView[]): void {
    for (const view of views) this.#put(view);
  }

  /** All that is under way after a gap; news may change it until `reconcile`. */
  expect(views: readonly TransmissionView[]): void {
    this.#expected = new Map(views.map((view) => [view.id, view]));
  }

  /** Tells what the gap swallowed: ends, as `lost`, and then starts. */
  reconcile(): void {
    const expected = this.#expected;
    this.#expected = null;
    if (expected === null) return;
    for (const id of [...this.#entries.keys()]) if (!expected.has(id)) this.end(id, 'lost');
    for (const view of expected.values()) if (this.#put(view)) this.#listener.started(view);
  }

  /** A start or an update. */
  news(view: TransmissionView): void {
    this.#expected?.set(view.id, view);
    if (this.#put(view)) this.#listener.started(view);
    else this.#listener.updated(view);
  }

  /** An opened frame shows that its talker still talks. */
  frameHeard(source: SourceView): void {
    for (const entry of this.#entries.values()) {
      if (entry.view.source.id === source.id) entry.lastNewsAt = this.#clock.now();
    }
  }

  end(id: string, reason: TransmissionEnd): void {
    this.#expected?.delete(id);
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    this.#index(entry.view.source.id);
    if (this.#entries.size === 0) this.#stopChecking();
    this.#listener.ended(entry.view, reason);
  }

  /** Forgets all without a word: the session is over. */
  clear(): void {
    this.#entries.clear();
    this.#bySource.clear();
    this.#expected = null;
    this.#stopChecking();
  }

  /** Whether it was unknown. */
  #put(view: TransmissionView): boolean {
    const isNew = !this.#entries.has(view.id);
    this.#entries.set(view.id, { view, lastNewsAt: this.#clock.now() });
    this.#index(view.source.id);
    this.#cancelCheck ??= this.#clock.every(CHECK_PERIOD_MS, () => this.#check());
    return isNew;
  }

  #index(sourceId: string): void {
    const views = this.all().filter(({ source }) => source.id === sourceId);
    if (views.length > 0) this.#bySource.set(sourceId, views);
    else this.#bySource.delete(sourceId);
  }

  #check(): void {
    const now = this.#clock.now();
    for (const [id, { lastNewsAt }] of [...this.#entries]) {
      if (now - lastNewsAt >= LOST_AFTER_MS) this.end(id, 'lost');
    }
  }

  #stopChecking(): void {
    this.#cancelCheck?.();
    this.#cancelCheck = null;
  }
}
