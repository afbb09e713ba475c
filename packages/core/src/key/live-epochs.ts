import { EPOCHS_IN_KID } from '@sidetone/protocol';

/** How long the server still takes frames of an epoch after the next one became active. */
export const PREVIOUS_EPOCH_MS = 1_000;

const NONE = -1;

/**
 * The epochs of a route whose frames are forwarded, found by the four bits that a KID has of them.
 * At most four rotations a second keep an epoch from meeting the sixteenth after it here.
 */
export class LiveEpochs {
  readonly #epochs = new Float64Array(EPOCHS_IN_KID).fill(NONE);
  readonly #untilMs = new Float64Array(EPOCHS_IN_KID);
  #active = NONE;

  /** Talkers seal with this one; -1 before the first. */
  get active(): number {
    return this.#active;
  }

  activate(epoch: number, nowMs: number): void {
    if (this.#active !== NONE) {
      this.#untilMs[this.#active % EPOCHS_IN_KID] = nowMs + PREVIOUS_EPOCH_MS;
    }
    this.#active = epoch;
    this.#epochs[epoch % EPOCHS_IN_KID] = epoch;
    this.#untilMs[epoch % EPOCHS_IN_KID] = Infinity;
  }

  /** The whole epoch behind the low bits of a KID; -1 when none of them is live. */
  resolve(epochLow: number, nowMs: number): number {
    const untilMs = this.#untilMs[epochLow];
    return untilMs !== undefined && nowMs < untilMs ? (this.#epochs[epochLow] ?? NONE) : NONE;
  }
}
