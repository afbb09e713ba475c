import type { RouteKeys } from '../control/key-message.js';
import type { SourceView } from '../control/view.js';

/** A source's newest indices that are told apart: frames of the one before may be under way. */
export const INDICES_KEPT_PER_SOURCE = 4;

interface KnownSource {
  readonly source: SourceView;
  /** Ascending; the last is the present one. */
  readonly indices: number[];
}

/**
 * Which source seals with which index on one route, for as long as a client holds the route. It
 * grows with the sources that are there and not with how often they registered; and with
 * `forgetSession`, or when the server gives their handles anew, not with all that were ever there.
 */
export class RouteSenders {
  readonly #forgotten: (index: number) => void;
  readonly #sources = new Map<number, SourceView>();
  readonly #byId = new Map<string, KnownSource>();
  readonly #byHandle = new Map<number, KnownSource>();

  /** @param forgotten what hangs on the index can go too: no frame under it will be opened */
  constructor(forgotten: (index: number) => void) {
    this.#forgotten = forgotten;
  }

  /** Indices that are known. */
  get size(): number {
    return this.#sources.size;
  }

  /** Adds what a message brings; the same senders again change nothing. */
  add(senders: RouteKeys['senders']): void {
    for (const [index, source] of senders) {
      if (this.#sources.get(index)?.id === source.id) continue;
      const { indices } = this.#known(source);
      this.#sources.set(index, source);
      indices.push(index);
      indices.sort((a, b) => a - b);
      if (indices.length > INDICES_KEPT_PER_SOURCE) this.#drop(indices.shift());
    }
  }

  sourceOf(index: number): SourceView | undefined {
    return this.#sources.get(index);
  }

  /** A source that had to start counting anew has a new, higher index. */
  indexOf(sourceId: string): number | undefined {
    return this.#byId.get(sourceId)?.indices.at(-1);
  }

  forgetSession(sessionId: string): void {
    for (const known of [...this.#byId.values()]) {
      if (known.source.session === sessionId) this.#forget(known);
    }
  }

  #known(source: SourceView): KnownSource {
    const present = this.#byId.get(source.id);
    if (present !== undefined) return present;
    const former = this.#byHandle.get(source.handle);
    // A handle is given anew only after it rested: its former source is long over.
    if (former !== undefined) this.#forget(former);
    const known: KnownSource = { source, indices: [] };
    this.#byId.set(source.id, known);
    this.#byHandle.set(source.handle, known);
    return known;
  }

  #forget({ source, indices }: KnownSource): void {
    this.#byId.delete(source.id);
    this.#byHandle.delete(source.handle);
    for (const index of indices) this.#drop(index);
  }

  #drop(index: number | undefined): void {
    if (index === undefined) return;
    this.#sources.delete(index);
    this.#forgotten(index);
  }
}
