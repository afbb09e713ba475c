import type { HeldTarget } from '../../media/speaker.js';
import type { Lane } from '../../talk/lane-selection.js';

/** A target as the Worker knows it. */
export interface HostedTarget extends HeldTarget {
  readonly id: number;
  lanes: readonly Lane[];
}

/** The targets of the client, by the numbers that the main thread gives them. */
export class HostedTargets {
  readonly #byId = new Map<number, HostedTarget>();

  of(id: number): HostedTarget {
    const target = this.find(id);
    if (target) return target;
    throw new Error(`"${id}" is no target that was told of`);
  }

  /** `null` for one that has ended. */
  find(id: number): HostedTarget | null {
    return this.#byId.get(id) ?? null;
  }

  lanesAre(id: number, lanes: readonly Lane[]): void {
    const known = this.#byId.get(id);
    if (known) known.lanes = lanes;
    else this.#byId.set(id, { id, lanes });
  }

  forget(id: number): void {
    this.#byId.delete(id);
  }
}
