import { GainRamp, panGains, type Placement } from './gain-ramp.js';
import type { TalkerPlayer } from './talker-player.js';

interface Ears {
  readonly left: GainRamp;
  readonly right: GainRamp;
}

/** Adds talkers up to one stereo signal, each with its own gain and place. */
export class Mixer {
  readonly #ears = new WeakMap<TalkerPlayer, Ears>();
  #scratch = new Float32Array(0);

  /**
   * Adds one talker to `mix` (interleaved stereo).
   * @param placementOf asked after the player has been read, for only then it knows its net
   * @param nowMs when the first sample will be heard
   */
  add(mix: Float32Array, player: TalkerPlayer, placementOf: () => Placement, nowMs: number): void {
    const sampleCount = mix.length / 2;
    const samples = this.#room(sampleCount * player.channels);
    player.read(samples, nowMs);
    const { left, right } = this.#earsOf(player);
    const goal = panGains(placementOf());
    left.setGoal(goal.left);
    right.setGoal(goal.right);
    const step = player.channels;
    for (let i = 0; i < sampleCount; i++) {
      const fromLeft = samples[i * step] ?? 0;
      const fromRight = step === 2 ? (samples[i * step + 1] ?? 0) : fromLeft;
      mix[2 * i] = (mix[2 * i] ?? 0) + fromLeft * left.next();
      mix[2 * i + 1] = (mix[2 * i + 1] ?? 0) + fromRight * right.next();
    }
  }

  #earsOf(player: TalkerPlayer): Ears {
    const known = this.#ears.get(player);
    if (known) return known;
    const ears: Ears = { left: new GainRamp(), right: new GainRamp() };
    this.#ears.set(player, ears);
    return ears;
  }

  #room(length: number): Float32Array {
    if (this.#scratch.length < length) this.#scratch = new Float32Array(length);
    return this.#scratch.subarray(0, length);
  }
}
