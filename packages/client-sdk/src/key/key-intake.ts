import type { RouteKeys } from '@sidetone/protocol';

/** Takes keys in the turn in which they arrive: the next message may be sealed with them. */
export interface KeyIntake {
  install(keys: RouteKeys): void;
}
