import type { Codec, SourceView } from '@sidetone/protocol';
import type { Clock } from '../clock/clock.js';
import { clientError } from '../error/client-error.js';
import type { AudioSink } from './audio-sink.js';
import type { Placement } from './gain-ramp.js';
import { Limiter } from './limiter.js';
import { Mixer } from './mixer.js';
import type { OpusFrame } from './opus-frame.js';
import { Pacer } from './pacer.js';
import type { Receiver } from './receiver.js';
import { SAMPLES_PER_MS } from './sample-rate.js';
import { TalkerPlayer } from './talker-player.js';

export interface PlaybackParts {
  readonly codec: Codec;
  readonly clock: Clock;
  readonly createReceiver: () => Receiver;
  readonly packetRefused: (cause: unknown) => void;
}

interface Talker {
  readonly source: SourceView;
  readonly player: TalkerPlayer;
  lastFrameAt: number;
}

const CENTRE: Placement = { gain: 1, pan: 0 };
const MAX_GAIN = 4;
/** A player that heard nothing for so long is closed; its decoder has memory of its own. */
const FORGET_AFTER_MS = 5_000;
/** Without pulls for so long nobody listens, and frames are not collected. */
const UNUSED_AFTER_MS = 1_000;
const MAX_PULL_SAMPLES = 48_000;
const DEFAULT_PERIOD_MS = 20;

/**
 * What this client hears, mixed to stereo. It is pulled: whoever has the audio clock, a sound card
 * or a recorder, asks for the next samples. Nothing is decoded while nobody pulls.
 */
export class Playback {
  readonly #parts: PlaybackParts;
  readonly #mixer = new Mixer();
  readonly #limiter = new Limiter();
  readonly #talkers = new Map<string, Talker>();
  readonly #bySession = new Map<string, Placement>();
  readonly #byChannel = new Map<string, Placement>();
  #lastPullAt = -Infinity;

  constructor(parts: PlaybackParts) {
    this.#parts = parts;
  }

  /**
   * The next samples: 48 kHz, interleaved stereo, so twice `sampleCount` floats, kept below -1 dBFS.
   * @param sampleCount of each ear, up to 48,000
   */
  pull(sampleCount: number): Float32Array {
    if (!Number.isInteger(sampleCount) || sampleCount < 0 || sampleCount > MAX_PULL_SAMPLES) {
      throw clientError(
        'ERR_AUDIO_SAMPLES',
        `"${sampleCount}" samples cannot be pulled at once; ask for 0 to ${MAX_PULL_SAMPLES}`,
      );
    }
    const now = this.#parts.clock.now();
    this.#lastPullAt = now;
    const mix = new Float32Array(2 * sampleCount);
    for (const talker of this.#talkers.values()) this.#mix(mix, talker, now);
    this.#limiter.process(mix);
    return mix;
  }

  /** Pulls at the pace of the clock and writes to the sink, until the signal says stop. */
  async playTo(
    sink: AudioSink,
    options: { readonly signal: AbortSignal; readonly periodMs?: number },
  ): Promise<void> {
    const { signal, periodMs = DEFAULT_PERIOD_MS } = options;
    const pacer = new Pacer(this.#parts.clock);
    while (!signal.aborted) {
      await pacer.next(periodMs);
      sink.write(this.pull(periodMs * SAMPLES_PER_MS));
    }
  }

  /** Loudness and place of one participant, for as long as this client lives. */
  placeParticipant(participant: { readonly id: string }, placement: Partial<Placement>): void {
    place(this.#bySession, participant.id, placement);
  }

  /** Loudness and place of a whole net; both settings of a talker on it work together. */
  placeChannel(channel: { readonly id: string }, placement: Partial<Placement>): void {
    place(this.#byChannel, channel.id, placement);
  }

  placementOf(subject: { readonly id: string }): Placement {
    return this.#bySession.get(subject.id) ?? this.#byChannel.get(subject.id) ?? CENTRE;
  }

  /** How the talkers heard within the last seconds are received, by source. */
  statistics(): ReadonlyMap<string, Receiver['statistics']> {
    return new Map(
      Array.from(this.#talkers, ([id, { player }]) => [id, player.receiver.statistics] as const),
    );
  }

  /** One opened frame; called by the session. */
  receive(frame: OpusFrame): void {
    const now = this.#parts.clock.now();
    if (now - this.#lastPullAt > UNUSED_AFTER_MS) return this.clear();
    const talker = this.#talkers.get(frame.source.id) ?? this.#addTalker(frame.source, now);
    talker.lastFrameAt = now;
    talker.player.receiver.push(frame, now);
  }

  /** Forgets who talks; called when the session ends. */
  clear(): void {
    for (const id of [...this.#talkers.keys()]) this.#removeTalker(id);
  }

  #mix(mix: Float32Array, { source, player, lastFrameAt }: Talker, now: number): void {
    if (!player.idle) {
      this.#mixer.add(mix, player, () => this.#placementFor(source, player), now);
    } else if (now - lastFrameAt > FORGET_AFTER_MS) {
      this.#removeTalker(source.id);
    }
  }

  #placementFor(source: SourceView, player: TalkerPlayer): Placement {
    const own = this.#bySession.get(source.session) ?? CENTRE;
    const channel = player.lastFrame?.route.channel;
    const net = (channel === undefined ? undefined : this.#byChannel.get(channel)) ?? CENTRE;
    return { gain: own.gain * net.gain, pan: Math.max(-1, Math.min(1, own.pan + net.pan)) };
  }

  #addTalker(source: SourceView, now: number): Talker {
    const { codec, createReceiver, packetRefused } = this.#parts;
    // Speech is mono by convention of the name; anything else may use both ears.
    const channels = source.kind === 'microphone' ? 1 : 2;
    const player = new TalkerPlayer({ codec, channels, packetRefused, receiver: createReceiver() });
    const talker: Talker = { source, player, lastFrameAt: now };
    this.#talkers.set(source.id, talker);
    return talker;
  }

  #removeTalker(sourceId: string): void {
    this.#talkers.get(sourceId)?.player.close();
    this.#talkers.delete(sourceId);
  }
}

function place(map: Map<string, Placement>, id: string, change: Partial<Placement>): void {
  const { gain, pan } = { ...(map.get(id) ?? CENTRE), ...change };
  if (!(gain >= 0 && gain <= MAX_GAIN) || !(pan >= -1 && pan <= 1)) {
    throw clientError(
      'ERR_CLIENT_OPTIONS',
      `gain "${gain}" and pan "${pan}" are no placement; give gain 0 to ${MAX_GAIN}, pan -1 to 1`,
    );
  }
  map.set(id, { gain, pan });
}
