import type { RouteView, SourceView } from '@sidetone/protocol';
import { SAMPLES_PER_MS } from '../../audio/sample-rate.js';
import type { TalkerTap, TappedSamples } from '../../audio/talker-tap.js';
import type { TappedBatch } from '../playback/playback-messages.js';

/** 40 ms of one ear: so much of a talker is told at once. */
const BATCH_SAMPLES = 40 * SAMPLES_PER_MS;
/** What is this far from where the last samples ended does not follow them. */
const GAP_MS = 5;
const MAX_SPARE = 32;
/** Batches that the main thread has not given back: 4 s of ten talkers, in 16 MB. */
export const MAX_UNTAKEN = 1_024;

interface Gathered {
  readonly source: SourceView;
  readonly channels: 1 | 2;
  route: RouteView | null;
  samples: Float32Array<ArrayBuffer>;
  length: number;
  heardAtMs: number;
  isFresh: boolean;
}

/** Gathers what is played of each talker, so that it is told in few messages. */
export class TapCollector implements TalkerTap {
  readonly #post: (batch: TappedBatch) => void;
  readonly #bySource = new Map<string, Gathered>();
  readonly #spare: Float32Array<ArrayBuffer>[] = [];
  #untaken = 0;

  constructor(post: (batch: TappedBatch) => void) {
    this.#post = post;
  }

  write(tapped: TappedSamples): void {
    const { samples, channels, heardAtMs, route } = tapped;
    const gathered = this.#gatheredOf(tapped);
    const endedAtMs = gathered.heardAtMs + gathered.length / channels / SAMPLES_PER_MS;
    const follows = Math.abs(heardAtMs - endedAtMs) < GAP_MS && route?.id === gathered.route?.id;
    if (!follows || gathered.length + samples.length > gathered.samples.length)
      this.#tell(gathered);
    if (gathered.length === 0) {
      gathered.heardAtMs = heardAtMs;
      gathered.route = route;
    }
    gathered.samples.set(samples, gathered.length);
    gathered.length += samples.length;
    gathered.isFresh = true;
  }

  /** Once all have been written: tells the rest of whom nothing came. */
  endQuantum(): void {
    for (const [id, gathered] of this.#bySource) {
      if (gathered.isFresh) gathered.isFresh = false;
      else this.#forget(id, gathered);
    }
  }

  flush(): void {
    for (const [id, gathered] of this.#bySource) this.#forget(id, gathered);
  }

  giveBack(samples: Float32Array<ArrayBuffer>): void {
    this.#untaken = Math.max(0, this.#untaken - 1);
    if (this.#spare.length < MAX_SPARE) this.#spare.push(samples);
  }

  #gatheredOf({ source, channels, route, heardAtMs }: TappedSamples): Gathered {
    const present = this.#bySource.get(source.id);
    if (present?.channels === channels) return present;
    if (present) this.#tell(present);
    const gathered: Gathered = {
      source,
      channels,
      route,
      samples: this.#room(),
      length: 0,
      heardAtMs,
      isFresh: true,
    };
    this.#bySource.set(source.id, gathered);
    return gathered;
  }

  #forget(id: string, gathered: Gathered): void {
    this.#bySource.delete(id);
    this.#tell(gathered);
  }

  #tell(gathered: Gathered): void {
    if (gathered.length === 0) return;
    const { source, route, channels, heardAtMs, samples, length } = gathered;
    gathered.length = 0;
    if (this.#untaken === MAX_UNTAKEN) return;
    this.#untaken += 1;
    this.#post({ type: 'tapped', source, route, channels, heardAtMs, samples, length });
    gathered.samples = this.#room();
  }

  #room(): Float32Array<ArrayBuffer> {
    return this.#spare.pop() ?? new Float32Array(2 * BATCH_SAMPLES);
  }
}
