import { VoiceError } from '@sidetone/protocol';
import type { OpusFrame } from '../../audio/opus-frame.js';
import type { Playback } from '../../audio/playback.js';
import type { TalkerStatistics } from '../../audio/talker-statistics.js';
import type { TalkerTap } from '../../audio/talker-tap.js';
import type { Clock } from '../../clock/clock.js';
import { DEFAULT_DUCKING, resolveDucking, type Ducking } from '../../mixing/ducking.js';
import type { HeardTable } from '../../mixing/heard-talk.js';
import { Placements, type Placement } from '../../mixing/placement.js';
import { HeardNewsTeller } from './heard-news.js';
import type { PlaybackNews, PlaybackOrder, TappedBatch } from './playback-messages.js';
import { TapList } from './tap-list.js';

export interface RemotePlaybackParts {
  readonly clock: Clock;
  readonly heard: HeardTable;
  /** So many packets could not be decoded. */
  readonly packetsRefused: (count: number) => void;
  /** A tap of the app threw. */
  readonly tapFailed: (cause: unknown) => void;
  /** The audio thread could not do what it should; it goes on. */
  readonly failed: (cause: unknown) => void;
}

/** The port of a node `sidetone-playback`. */
export type PlaybackPort = Pick<MessagePort, 'postMessage' | 'onmessage'>;

/**
 * What is heard in a page: an audio worklet plays, and this is what the main thread has of it. All
 * settings are kept, and told to whichever node is attached.
 */
export class RemotePlayback implements Playback {
  readonly #parts: RemotePlaybackParts;
  readonly #participants = new Placements();
  readonly #nets = new Placements();
  readonly #taps: TapList;
  readonly #teller: HeardNewsTeller;
  #ducking = DEFAULT_DUCKING;
  #port: PlaybackPort | null = null;
  #statistics: ReadonlyMap<string, TalkerStatistics> = new Map();
  #isAsked = false;
  #willTell = false;

  constructor(parts: RemotePlaybackParts) {
    this.#parts = parts;
    this.#taps = new TapList(parts.clock, parts.tapFailed);
    this.#teller = new HeardNewsTeller(parts.heard);
  }

  /** From now on this node plays; the one before, if any, is told nothing any more. */
  attach(port: PlaybackPort): void {
    this.detach();
    this.#port = port;
    port.onmessage = ({ data }) => this.#hear(data as PlaybackNews);
    this.#post({ type: 'ducking', ducking: this.#ducking });
    for (const [id, placement] of this.#participants.all()) {
      this.#post({ type: 'placeParticipant', id, placement });
    }
    for (const [id, placement] of this.#nets.all()) {
      this.#post({ type: 'placeChannel', id, placement });
    }
    if (this.#taps.size > 0) this.#post({ type: 'taps', on: true });
    this.#tellNews();
  }

  /** Nothing plays any more. */
  detach(): void {
    if (this.#port) this.#port.onmessage = null;
    this.#port = null;
    this.#statistics = new Map();
    this.#isAsked = false;
    this.#teller.reset();
  }

  placeParticipant({ id }: { readonly id: string }, placement: Partial<Placement>): void {
    this.#participants.place(id, placement);
    this.#post({ type: 'placeParticipant', id, placement: this.#participants.of(id) });
  }

  placeChannel({ id }: { readonly id: string }, placement: Partial<Placement>): void {
    this.#nets.place(id, placement);
    this.#post({ type: 'placeChannel', id, placement: this.#nets.of(id) });
  }

  placementOf(subject: { readonly id: string }): Placement {
    return (this.#participants.has(subject.id) ? this.#participants : this.#nets).of(subject.id);
  }

  get ducking(): Ducking {
    return this.#ducking;
  }

  set ducking(ducking: Partial<Ducking> | null) {
    this.#ducking = resolveDucking(ducking, this.#ducking);
    this.#post({ type: 'ducking', ducking: this.#ducking });
  }

  statistics(): ReadonlyMap<string, TalkerStatistics> {
    if (this.#port && !this.#isAsked) {
      this.#isAsked = true;
      this.#post({ type: 'askStatistics' });
    }
    return this.#statistics;
  }

  addTap(tap: TalkerTap): () => void {
    if (this.#taps.size === 0) this.#post({ type: 'taps', on: true });
    const remove = this.#taps.add(tap);
    return () => {
      if (remove() && this.#taps.size === 0) this.#post({ type: 'taps', on: false });
    };
  }

  receive(frame: OpusFrame): void {
    this.#post({ type: 'frame', frame, arrivedAtMs: performance.timeOrigin + performance.now() });
  }

  /** Tells once, in the next microtask, however often it is called until then. */
  heardChanged(): void {
    if (this.#willTell || this.#port === null) return;
    this.#willTell = true;
    queueMicrotask(() => {
      this.#willTell = false;
      this.#tellNews();
    });
  }

  clear(): void {
    this.#post({ type: 'clear' });
  }

  #tellNews(): void {
    const news = this.#port === null ? null : this.#teller.news();
    if (news !== null) this.#post(news);
  }

  #hear(news: PlaybackNews): void {
    switch (news.type) {
      case 'statistics':
        this.#isAsked = false;
        this.#statistics = new Map(news.talkers.map((each) => [each.source.id, each]));
        break;
      case 'tapped':
        this.#tap(news);
        break;
      case 'packetsRefused':
        this.#parts.packetsRefused(news.count);
        break;
      case 'failed':
        this.#parts.failed(new VoiceError(news.code, news.message));
        break;
    }
  }

  #tap(batch: TappedBatch): void {
    this.#taps.write(batch);
    this.#post({ type: 'returned', samples: batch.samples }, [batch.samples.buffer]);
  }

  #post(order: PlaybackOrder, transfer: Transferable[] = []): void {
    this.#port?.postMessage(order, transfer);
  }
}
