import { clientError } from '../error/client-error.js';

export interface AdaptiveReceiverOptions {
  /**
   * Playing is never meant to be closer behind the fastest packet, in ms, 10-300. Default 40, which
   * lets frames of 20 ms be recovered from the next packet; 20 does the same for frames of 10 ms.
   */
  readonly floorMs?: number;
  /** Playing is never meant to be farther behind, in ms, `floorMs`-500. Default 300. */
  readonly ceilingMs?: number;
  /** Where to begin when nothing is known of the way yet, in ms. Default `floorMs`. */
  readonly initialMs?: number;
  /**
   * Whether the packet carries the frame before it (in-band FEC). Default: every packet does; a
   * decoder makes of one that does not what it makes of a loss.
   */
  readonly carriesFec?: (packet: Uint8Array) => boolean;
}

const MIN_FLOOR_MS = 10;
const MAX_FLOOR_MS = 300;
const MAX_CEILING_MS = 500;

/** Below this the next packet is too late for the frame before it, with frames of 20 ms. */
const UNHURRIED_FROM_MS = 40;

/** Whoever sets so low a floor wants sound at once more than the best of it. */
export function isHurried(floorMs: number): boolean {
  return floorMs < UNHURRIED_FROM_MS;
}

export function resolveAdaptiveReceiverOptions(
  options: AdaptiveReceiverOptions,
): Required<AdaptiveReceiverOptions> {
  const { floorMs = 40, ceilingMs = 300, carriesFec = () => true } = options;
  const { initialMs = floorMs } = options;
  const problems = [
    ...outside('floorMs', floorMs, MIN_FLOOR_MS, MAX_FLOOR_MS),
    ...outside('ceilingMs', ceilingMs, floorMs, MAX_CEILING_MS),
    ...outside('initialMs', initialMs, floorMs, ceilingMs),
  ];
  if (problems.length > 0) throw clientError('ERR_CLIENT_OPTIONS', problems.join('; '));
  return Object.freeze({ floorMs, ceilingMs, initialMs, carriesFec });
}

function outside(name: string, value: number, min: number, max: number): readonly string[] {
  if (value >= min && value <= max) return [];
  return [`${name} "${value}" is not possible; give a number from ${min} to ${max}`];
}
