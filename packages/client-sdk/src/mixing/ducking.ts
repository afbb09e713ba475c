import { Priorities, type PriorityClass } from '@sidetone/protocol';
import { clientError } from '../error/client-error.js';

/** How much quieter others are while somebody of a higher class is heard. */
export interface Ducking {
  /** In dB, -60 to 0: of background and normal talk under priority talk. Default -12. */
  readonly priorityDb: number;
  /** In dB, -60 to 0: of everything under emergency talk. Default -24. */
  readonly emergencyDb: number;
}

export const DEFAULT_DUCKING: Ducking = Object.freeze({ priorityDb: -12, emergencyDb: -24 });
export const NO_DUCKING: Ducking = Object.freeze({ priorityDb: 0, emergencyDb: 0 });

/** Down within so long, so that the first syllable is understood. */
export const DUCK_ATTACK_MS = 30;
/** Back within so long, so that pauses between words do not pump. */
export const DUCK_RELEASE_MS = 400;
/** Who talks as priority or emergency is never below this, but for who is silenced by name. */
export const PRIORITY_FLOOR = 0.2;
const LOWEST_DB = -60;

/** `null` is off; what is left out stays as it is. Throws `ERR_CLIENT_OPTIONS`. */
export function resolveDucking(change: Partial<Ducking> | null, present: Ducking): Ducking {
  if (change === null) return NO_DUCKING;
  const { priorityDb, emergencyDb } = { ...present, ...change };
  const problems = Object.entries({ priorityDb, emergencyDb })
    .filter(([, db]) => !(db >= LOWEST_DB && db <= 0))
    .map(([name, db]) => `ducking.${name} "${db}" is not ${LOWEST_DB} to 0`);
  if (problems.length > 0) throw clientError('ERR_CLIENT_OPTIONS', problems.join('; '));
  return Object.freeze({ priorityDb, emergencyDb });
}

/**
 * What others do to the loudness of a talker, in dB.
 * @param own class of the talker
 * @param highest class of all who are heard
 */
export function duckingDb(
  { priorityDb, emergencyDb }: Ducking,
  own: PriorityClass,
  highest: PriorityClass,
): number {
  if (own >= highest) return 0;
  if (highest === Priorities.emergency) return emergencyDb;
  return highest === Priorities.priority ? priorityDb : 0;
}

/** Of a priority or emergency talker; 0 for everybody else. */
export function floorOf(own: PriorityClass): number {
  return own >= Priorities.priority ? PRIORITY_FLOOR : 0;
}
