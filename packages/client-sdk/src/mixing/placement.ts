import { clientError } from '../error/client-error.js';

/** Where a talker stands: loudness, and left to right. */
export interface Placement {
  /** Factor, 0-4; 1 leaves it as it is. */
  readonly gain: number;
  /** -1 left, 0 centre, 1 right. */
  readonly pan: number;
}

export const CENTRE: Placement = Object.freeze({ gain: 1, pan: 0 });
const MAX_GAIN = 4;

/** The placements of participants or of nets, by id. */
export class Placements {
  readonly #byId = new Map<string, Placement>();

  of(id: string): Placement {
    return this.#byId.get(id) ?? CENTRE;
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  all(): Iterable<readonly [string, Placement]> {
    return this.#byId;
  }

  /** Throws `ERR_CLIENT_OPTIONS`. */
  place(id: string, change: Partial<Placement>): void {
    const { gain, pan } = { ...this.of(id), ...change };
    if (!(gain >= 0 && gain <= MAX_GAIN) || !(pan >= -1 && pan <= 1)) {
      throw clientError(
        'ERR_CLIENT_OPTIONS',
        `gain "${gain}" and pan "${pan}" are no placement; give gain 0 to ${MAX_GAIN}, pan -1 to 1`,
      );
    }
    this.#byId.set(id, { gain, pan });
  }
}

/**
 * Factors of left and right, of constant power (their squares add up to two): a voice is equally
 * loud wherever it stands, and unchanged in the centre.
 */
export function panGains({ gain, pan }: Placement): {
  readonly left: number;
  readonly right: number;
} {
  if (pan === 0) return { left: gain, right: gain };
  const angle = ((Math.max(-1, Math.min(1, pan)) + 1) * Math.PI) / 4;
  return { left: Math.SQRT2 * Math.cos(angle) * gain, right: Math.SQRT2 * Math.sin(angle) * gain };
}
