import type { SeededRandom } from '../random/seeded-random.js';
import type { ResolvedImpairment } from './impairment.js';

/** What becomes of one datagram. */
export type Fate =
  | { readonly kind: 'lost' }
  | { readonly kind: 'lostInBurst'; /** First of its burst. */ readonly first: boolean }
  | {
      readonly kind: 'passed';
      readonly delayMs: number;
      readonly duplicated: boolean;
      /** Waits until `reorderBy` later ones have passed it. */
      readonly heldBack: boolean;
    };

/**
 * Decides the fates of the datagrams of one path. Each decision takes the same six random numbers,
 * whatever the impairment, so the fate of the n-th datagram depends on the seed, on n and on the
 * rates only: switching one fault on leaves all others where they were.
 */
export class FateSequence {
  readonly #random: SeededRandom;
  #bad = false;
  #lostInThisBurst = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  next(impairment: ResolvedImpairment): Fate {
    const random = this.#random;
    const turn = random.fraction();
    const burstLoss = random.chance(impairment.burstLoss.lossRate);
    const loss = random.chance(impairment.lossRate);
    const jitter = random.fraction();
    const heldBack = random.chance(impairment.reorderRate);
    const duplicated = random.chance(impairment.duplicateRate);

    this.#turn(turn, impairment);
    if (this.#bad && burstLoss)
      return { kind: 'lostInBurst', first: this.#lostInThisBurst++ === 0 };
    if (loss) return { kind: 'lost' };
    const delayMs = impairment.delayMs + jitterMs(jitter, impairment);
    return { kind: 'passed', delayMs, duplicated, heldBack };
  }

  #turn(draw: number, { burstLoss }: ResolvedImpairment): void {
    if (this.#bad) {
      this.#bad = draw >= burstLoss.leaveRate;
      return;
    }
    this.#bad = draw < burstLoss.enterRate;
    this.#lostInThisBurst = 0;
  }
}

/** @param draw from 0 up to, but not including, 1 */
function jitterMs(draw: number, { jitter, jitterMs: scaleMs }: ResolvedImpairment): number {
  return scaleMs * (jitter === 'exponential' ? -Math.log(1 - draw) : draw);
}
