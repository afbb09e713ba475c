import type { OpusFrame } from '../audio/opus-frame.js';
import { SAMPLES_PER_MS } from '../audio/sample-rate.js';
import type { CancelTimer, Clock } from '../clock/clock.js';
import { KeptTalk } from './kept-talk.js';
import type { ReplayNets } from './replay-nets.js';
import type { ResolvedReplayOptions } from './replay-options.js';

export interface ReplayStoreParts {
  readonly options: ResolvedReplayOptions;
  readonly clock: Clock;
  readonly nets: ReplayNets;
  /** It is kept no longer. */
  readonly dropped: (talk: KeptTalk) => void;
}

const CHECK_PERIOD_MS = 5_000;

/** What was heard, by talkspurt, within bounds of time, number and memory. */
export class ReplayStore {
  readonly #parts: ReplayStoreParts;
  /** Oldest first. */
  readonly #talks = new Set<KeptTalk>();
  /** The latest of each source. */
  readonly #current = new Map<string, KeptTalk>();
  #count = 0;
  #cancelCheck: CancelTimer | null = null;

  constructor(parts: ReplayStoreParts) {
    this.#parts = parts;
  }

  /** A frame that was heard. */
  add(frame: OpusFrame): void {
    const { options, nets, clock } = this.#parts;
    const isWhisper = frame.route.kind !== 'channel';
    if (isWhisper && !options.whispers) return;
    const on = nets.of(frame);
    const talk = this.#talkOf(frame, on !== null && (isWhisper || on.size > 0));
    if (talk === null) return;
    if (on === null) return this.#drop(talk);
    for (const net of on) talk.nets.add(net);
    talk.add(frame, clock.now());
    this.#keepWithinBounds(talk);
  }

  /** There is news of what the source says now: it may be on more nets than its frames told. */
  news(sourceId: string): void {
    const talk = this.#current.get(sourceId);
    const last = talk?.frames.at(-1);
    if (!talk || !last) return;
    const on = this.#parts.nets.of({ source: talk.source, route: talk.route, seq: last.seq });
    if (on === null) return this.#drop(talk);
    for (const net of on) talk.nets.add(net);
  }

  /** Oldest first; of one net, or with `null` whispers and shouts. */
  of(net: string | null): KeptTalk[] {
    this.#dropOld();
    return [...this.#talks].filter(({ nets, frames }) => {
      return frames.length > 0 && (net === null ? nets.size === 0 : nets.has(net));
    });
  }

  byId(id: string): KeptTalk | null {
    this.#dropOld();
    return [...this.#talks].find((talk) => talk.id === id) ?? null;
  }

  /** This client has nothing to do with the net any more; what was on another one, too, stays. */
  leave(net: string): void {
    for (const talk of [...this.#talks]) {
      if (talk.nets.delete(net) && talk.nets.size === 0) this.#drop(talk);
    }
  }

  /** What was on the net may be kept nowhere. */
  forbid(net: string): void {
    for (const talk of [...this.#talks]) if (talk.nets.has(net)) this.#drop(talk);
  }

  /** What came to the net from others may be kept nowhere. */
  forbidForeign(net: string): void {
    for (const talk of [...this.#talks]) {
      if (talk.nets.has(net) && talk.route.channel !== net) this.#drop(talk);
    }
  }

  clear(): void {
    for (const talk of [...this.#talks]) this.#drop(talk);
  }

  /** Ids of nets that something is kept of. */
  get nets(): ReadonlySet<string> {
    return new Set([...this.#talks].flatMap(({ nets }) => [...nets]));
  }

  #talkOf(frame: OpusFrame, mayBegin: boolean): KeptTalk | null {
    const current = this.#current.get(frame.source.id);
    const goesOn = current?.route.id === frame.route.id && current.includes(frame);
    if (goesOn) return current;
    // The end is said several times, also after what it ends is gone.
    if (!mayBegin || frame.packet.length === 0) return null;
    this.#count += 1;
    const talk = new KeptTalk(String(this.#count), frame, this.#parts.clock.now());
    this.#talks.add(talk);
    this.#current.set(frame.source.id, talk);
    this.#cancelCheck ??= this.#parts.clock.every(CHECK_PERIOD_MS, () => this.#dropOld());
    return talk;
  }

  #keepWithinBounds(latest: KeptTalk): void {
    const { maxAgeMs, maxBytes, maxTransmissions } = this.#parts.options;
    if (latest.durationMs > maxAgeMs) dropBeginning(latest, maxAgeMs * 0.9);
    for (const net of latest.nets.size === 0 ? [null] : latest.nets) {
      for (const talk of this.of(net).slice(0, -maxTransmissions)) {
        if (net !== null) talk.nets.delete(net);
        if (talk.nets.size === 0) this.#drop(talk);
      }
    }
    for (const talk of [...this.#talks]) {
      if (this.#bytes() <= maxBytes) return;
      if (talk === latest) dropBeginning(latest, latest.durationMs / 2);
      else this.#drop(talk);
    }
  }

  #bytes(): number {
    let bytes = 0;
    for (const talk of this.#talks) bytes += talk.bytes;
    return bytes;
  }

  #dropOld(): void {
    const { clock, options } = this.#parts;
    const oldest = clock.now() - options.maxAgeMs;
    for (const talk of [...this.#talks]) if (talk.lastFrameAtMs < oldest) this.#drop(talk);
  }

  #drop(talk: KeptTalk): void {
    this.#talks.delete(talk);
    if (this.#current.get(talk.source.id) === talk) this.#current.delete(talk.source.id);
    if (this.#talks.size === 0) {
      this.#cancelCheck?.();
      this.#cancelCheck = null;
    }
    this.#parts.dropped(talk);
  }
}

function dropBeginning(talk: KeptTalk, keptMs: number): void {
  const last = talk.frames.at(-1);
  if (last) talk.dropBefore(last.time - keptMs * SAMPLES_PER_MS);
}
