import { Priorities, type PriorityClass } from '@sidetone/protocol';
import { SAMPLES_PER_MS } from '../audio/sample-rate.js';
import type { Talker } from '../audio/talker.js';
import type { TalkerTap, TappedSamples } from '../audio/talker-tap.js';
import { DEFAULT_DUCKING, duckingDb, floorOf, type Ducking } from './ducking.js';
import type { HeardTalk } from './heard-talk.js';
import type { Placements } from './placement.js';

/** What is mixed at once: in each such block everybody's place is looked at anew. */
export const MIX_BLOCK_SAMPLES: number = 10 * SAMPLES_PER_MS;

export interface MixerParts {
  readonly participants: Placements;
  readonly nets: Placements;
  readonly heard: HeardTalk;
  readonly tapFailed: (cause: unknown) => void;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Adds talkers up to one stereo signal, each with its own place, under who has precedence. */
export class Mixer {
  ducking: Ducking = DEFAULT_DUCKING;
  readonly #parts: MixerParts;
  readonly #taps = new Set<TalkerTap>();
  readonly #memory = new Float32Array(2 * MIX_BLOCK_SAMPLES);
  /** Views of it, of the length that was last asked for: an audio thread asks for the same for ever. */
  #mono = new Float32Array(0);
  #stereo = new Float32Array(0);
  #tapped: Mutable<TappedSamples> | null = null;

  constructor(parts: MixerParts) {
    this.#parts = parts;
  }

  addTap(tap: TalkerTap): () => void {
    this.#taps.add(tap);
    return () => void this.#taps.delete(tap);
  }

  /**
   * Adds one block to `mix` (interleaved stereo), from `offset` on.
   * @param count of pairs, up to `MIX_BLOCK_SAMPLES`
   * @param heardAtMs when the first sample will be heard
   */
  mix(
    talkers: readonly Talker[],
    mix: Float32Array,
    offset: number,
    count: number,
    heardAtMs: number,
  ): void {
    const highest = this.#highestClass(talkers);
    for (let i = 0; i < talkers.length; i++) {
      const talker = talkers[i];
      if (talker?.sounds === true) this.#add(talker, highest, mix, offset, count, heardAtMs);
    }
  }

  #highestClass(talkers: readonly Talker[]): PriorityClass {
    const { heard, nets } = this.#parts;
    let highest: PriorityClass = Priorities.background;
    for (let i = 0; i < talkers.length; i++) {
      const talker = talkers[i];
      if (talker?.sounds !== true) continue;
      talker.choice.look(talker.source.id, talker.player.lastFrame?.route, heard, nets);
      if (talker.choice.priority > highest) highest = talker.choice.priority;
    }
    return highest;
  }

  #add(
    talker: Talker,
    highest: PriorityClass,
    mix: Float32Array,
    offset: number,
    count: number,
    heardAtMs: number,
  ): void {
    const { player, strip } = talker;
    const samples = this.#room(player.channels, count);
    player.read(samples, heardAtMs);
    if (this.#taps.size > 0) this.#tap(talker, samples, heardAtMs);
    // Silence before the first frame: a place taken now would be left within the first word.
    if (player.lastFrame === null) return;
    this.#place(talker, highest);
    strip.add(samples, player.channels, mix, offset, count);
  }

  /** After the player has been read: only then it is known by which net its first frame came. */
  #place(talker: Talker, highest: PriorityClass): void {
    const { participants, heard, nets } = this.#parts;
    const { source, player, choice, strip } = talker;
    choice.look(source.id, player.lastFrame?.route, heard, nets);
    const own = participants.of(source.session);
    const db = duckingDb(this.ducking, choice.priority, highest);
    talker.duckingDb = db;
    const pan = Math.max(-1, Math.min(1, own.pan + choice.net.pan));
    const factor = db === 0 ? 1 : 10 ** (db / 20);
    // Nobody is made to hear a person whom they have silenced; a net that is turned down is another thing.
    const floor = own.gain === 0 ? 0 : floorOf(choice.priority);
    strip.set(own.gain * choice.net.gain, pan, factor, floor);
  }

  #tap({ source, player }: Talker, samples: Float32Array, heardAtMs: number): void {
    const { channels } = player;
    const route = player.lastFrame?.route ?? null;
    const tapped = (this.#tapped ??= { source, route, samples, channels, heardAtMs });
    tapped.source = source;
    tapped.route = route;
    tapped.samples = samples;
    tapped.channels = channels;
    tapped.heardAtMs = heardAtMs;
    for (const tap of this.#taps) {
      try {
        tap.write(tapped);
      } catch (cause) {
        this.#parts.tapFailed(cause);
      }
    }
  }

  #room(channels: 1 | 2, count: number): Float32Array {
    if (this.#mono.length !== count) {
      this.#mono = this.#memory.subarray(0, count);
      this.#stereo = this.#memory.subarray(0, 2 * count);
    }
    return channels === 1 ? this.#mono : this.#stereo;
  }
}
