import type { FloorDecision, FloorPolicy } from '../contracts/floor-policy.js';

/** Everybody may talk at any time, side by side. */
export class OpenFloorPolicy implements FloorPolicy {
  start(): FloorDecision {
    return { granted: true, preempt: [] };
  }
}
