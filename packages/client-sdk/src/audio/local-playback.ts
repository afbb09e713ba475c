import type { Codec, PriorityClass, SourceView } from '@sidetone/protocol';
import type { Clock } from '../clock/clock.js';
import { clientError } from '../error/client-error.js';
import { resolveDucking, type Ducking } from '../mixing/ducking.js';
import { NOTHING_KNOWN, type HeardTalk } from '../mixing/heard-talk.js';
import { Limiter } from '../mixing/limiter.js';
import { MIX_BLOCK_SAMPLES, Mixer } from '../mixing/mixer.js';
import { Placements, type Placement } from '../mixing/placement.js';
import type { AudioSink } from './audio-sink.js';
import type { OpusFrame } from './opus-frame.js';
import { Pacer } from './pacer.js';
import type { PulledPlayback } from './playback.js';
import type { Receiver } from './receiver.js';
import { SAMPLES_PER_MS } from './sample-rate.js';
import { Talker } from './talker.js';
import { TalkerPlayer } from './talker-player.js';
import type { TalkerStatistics } from './talker-statistics.js';
import type { TalkerTap } from './talker-tap.js';

export interface LocalPlaybackParts {
  readonly codec: Codec;
  readonly clock: Clock;
  readonly createReceiver: (source: SourceView) => Receiver;
  readonly packetRefused: (cause: unknown) => void;
  /** As what talkers are heard. By default nothing is known of it. */
  readonly heard?: HeardTalk;
  /** A tap of the app threw. */
  readonly tapFailed?: (cause: unknown) => void;
}

/** A player that heard nothing for so long is closed; its decoder has memory of its own. */
const FORGET_AFTER_MS = 5_000;
/** Without pulls for so long nobody listens, and frames are not collected. */
const UNUSED_AFTER_MS = 1_000;
const MAX_PULL_SAMPLES = 48_000;
const DEFAULT_PERIOD_MS = 20;

/** Receives, decodes and mixes in the thread that pulls. */
export class LocalPlayback implements PulledPlayback {
  readonly #parts: LocalPlaybackParts;
  readonly #mixer: Mixer;
  readonly #limiter = new Limiter();
  readonly #bySource = new Map<string, Talker>();
  /** The same ones, in the order in which they came. */
  readonly #talkers: Talker[] = [];
  readonly #participants = new Placements();
  readonly #nets = new Placements();
  #lastPullAt = -Infinity;

  constructor(parts: LocalPlaybackParts) {
    this.#parts = parts;
    this.#mixer = new Mixer({
      participants: this.#participants,
      nets: this.#nets,
      heard: parts.heard ?? NOTHING_KNOWN,
      tapFailed: (cause) => parts.tapFailed?.(cause),
    });
  }

  pull(sampleCount: number): Float32Array {
    if (!Number.isInteger(sampleCount) || sampleCount < 0 || sampleCount > MAX_PULL_SAMPLES) {
      throw clientError(
        'ERR_AUDIO_SAMPLES',
        `"${sampleCount}" samples cannot be pulled at once; ask for 0 to ${MAX_PULL_SAMPLES}`,
      );
    }
    const mix = new Float32Array(2 * sampleCount);
    this.pullInto(mix);
    return mix;
  }

  pullInto(out: Float32Array, heardAtMs: number = this.#parts.clock.now()): void {
    if (out.length % 2 !== 0 || out.length > 2 * MAX_PULL_SAMPLES) {
      throw clientError(
        'ERR_AUDIO_SAMPLES',
        `"${out.length}" samples are no stereo that can be pulled; give an even number up to ${2 * MAX_PULL_SAMPLES}`,
      );
    }
    this.#lastPullAt = this.#parts.clock.now();
    out.fill(0);
    for (let from = 0; from < out.length; from += 2 * MIX_BLOCK_SAMPLES) {
      const count = Math.min(MIX_BLOCK_SAMPLES, (out.length - from) / 2);
      this.#mixer.mix(this.#talkers, out, from, count, heardAtMs + from / 2 / SAMPLES_PER_MS);
    }
    this.#limiter.process(out);
    this.#forgetSilent();
  }

  async playTo(
    sink: AudioSink,
    options: { readonly signal: AbortSignal; readonly periodMs?: number },
  ): Promise<void> {
    const { signal, periodMs = DEFAULT_PERIOD_MS } = options;
    const pacer = new Pacer(this.#parts.clock);
    while (!signal.aborted) {
      const dueAt = await pacer.next(periodMs);
      // The sink may keep what it is given.
      const samples = new Float32Array(2 * periodMs * SAMPLES_PER_MS);
      this.pullInto(samples, dueAt);
      sink.write(samples);
    }
  }

  placeParticipant(participant: { readonly id: string }, placement: Partial<Placement>): void {
    this.#participants.place(participant.id, placement);
  }

  placeChannel(channel: { readonly id: string }, placement: Partial<Placement>): void {
    this.#nets.place(channel.id, placement);
  }

  placementOf(subject: { readonly id: string }): Placement {
    return (this.#participants.has(subject.id) ? this.#participants : this.#nets).of(subject.id);
  }

  get ducking(): Ducking {
    return this.#mixer.ducking;
  }

  set ducking(ducking: Partial<Ducking> | null) {
    this.#mixer.ducking = resolveDucking(ducking, this.#mixer.ducking);
  }

  statistics(): ReadonlyMap<string, TalkerStatistics> {
    return new Map(this.#talkers.map((talker) => [talker.source.id, statisticsOf(talker)]));
  }

  addTap(tap: TalkerTap): () => void {
    return this.#mixer.addTap(tap);
  }

  /** @param arrivedAtMs on the clock of the pulls, now unless given */
  receive(frame: OpusFrame, arrivedAtMs?: number): void {
    const now = this.#parts.clock.now();
    if (now - this.#lastPullAt > UNUSED_AFTER_MS) return this.clear();
    const talker = this.#bySource.get(frame.source.id) ?? this.#addTalker(frame.source, now);
    talker.lastFrameAt = now;
    talker.player.receiver.push(frame, arrivedAtMs ?? now);
  }

  /** It asks `heard` each time and needs no news. */
  heardChanged(): void {}

  clear(): void {
    for (const talker of this.#talkers) talker.player.close();
    this.#talkers.length = 0;
    this.#bySource.clear();
  }

  #addTalker(source: SourceView, now: number): Talker {
    const { codec, createReceiver, packetRefused } = this.#parts;
    // Speech is mono by convention of the name; anything else may use both ears.
    const channels = source.kind === 'microphone' ? 1 : 2;
    const receiver = createReceiver(source);
    const player = new TalkerPlayer({ codec, channels, packetRefused, receiver });
    const talker = new Talker(source, player, now);
    this.#bySource.set(source.id, talker);
    this.#talkers.push(talker);
    return talker;
  }

  #forgetSilent(): void {
    for (let i = this.#talkers.length - 1; i >= 0; i--) {
      const talker = this.#talkers[i];
      if (!talker || this.#lastPullAt - talker.lastFrameAt <= FORGET_AFTER_MS) continue;
      if (talker.sounds) continue;
      talker.player.close();
      this.#bySource.delete(talker.source.id);
      this.#talkers.splice(i, 1);
    }
  }
}

function statisticsOf({ source, player, choice, duckingDb }: Talker): TalkerStatistics {
  const priority: PriorityClass = choice.priority;
  return { ...player.receiver.statistics, source, priority, duckingDb };
}
