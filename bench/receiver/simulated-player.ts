import type { AdaptiveReceiver } from '@sidetone/client-sdk';
import { ActionHash } from './action-hash.js';
import type { Random } from './random.js';
import type { ArrivingFrame, SentFrame } from './sent-frame.js';

const FREEZE_MS = 80;
/** How often a voice lets itself be stretched, and by how much: its period. */
const STRETCHABLE_SHARE = 0.58;
const VOICE_PERIOD_MS = { min: 4, max: 12 };

/** Counts for itself what is heard: the receiver's own figures are not taken for it. */
export class SimulatedPlayer {
  readonly heard: { readonly frame: SentFrame; readonly at: number }[] = [];
  readonly hash = new ActionHash();
  concealedMs = 0;
  freezes = 0;
  readonly #receiver: AdaptiveReceiver<ArrivingFrame>;
  readonly #random: Random;
  readonly #frameOf: (seq: number) => SentFrame;
  #playedUntil = -Infinity;
  /** Silence counts if a talkspurt goes on after it. */
  #silentRunMs = 0;
  #runMs = 0;

  /** @param random decides what can be stretched */
  constructor(
    receiver: AdaptiveReceiver<ArrivingFrame>,
    random: Random,
    frameOf: (seq: number) => SentFrame,
  ) {
    this.#receiver = receiver;
    this.#random = random;
    this.#frameOf = frameOf;
  }

  playUntil(untilMs: number, nowMs: number): void {
    if (this.#playedUntil < nowMs) this.#playedUntil = nowMs;
    while (this.#playedUntil < untilMs) this.#playedUntil += this.#next(this.#playedUntil);
  }

  #next(at: number): number {
    const action = this.#receiver.pull(at);
    this.hash.add(action);
    switch (action.kind) {
      case 'decode':
        this.#hear(action.seq, at);
        return action.durationMs + this.#stretch(action.stretchMs);
      case 'recover':
        this.#hear(action.seq, at);
        return action.durationMs;
      case 'conceal':
        this.#miss(action.durationMs);
        return action.durationMs;
      case 'silence':
        this.#silentRunMs += action.sampleCount / 48;
        return action.sampleCount / 48;
    }
  }

  #hear(seq: number, at: number): void {
    const frame = this.#frameOf(seq);
    const goesOn = this.heard.at(-1)?.frame.talkspurt === frame.talkspurt;
    if (goesOn && this.#silentRunMs > 0) this.#miss(this.#silentRunMs);
    this.#silentRunMs = 0;
    this.#runMs = 0;
    this.heard.push({ frame, at });
  }

  #miss(ms: number): void {
    const before = this.#runMs;
    this.#runMs += ms;
    this.concealedMs += ms;
    if (before < FREEZE_MS && this.#runMs >= FREEZE_MS) this.freezes += 1;
  }

  /** A voice can be changed by whole periods, and not always. */
  #stretch(wishMs: number): number {
    if (wishMs === 0) return 0;
    const { min, max } = VOICE_PERIOD_MS;
    const periodMs = Math.round(48 * (min + (max - min) * this.#random.fraction())) / 48;
    if (!this.#random.chance(STRETCHABLE_SHARE) || periodMs > Math.abs(wishMs)) return 0;
    const changedMs = Math.sign(wishMs) * periodMs;
    this.#receiver.stretched(changedMs);
    return changedMs;
  }
}
