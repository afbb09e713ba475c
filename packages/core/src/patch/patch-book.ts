import type { Patch } from './patch.js';

/** The patches of one organization. A net is in one at most. */
export class PatchBook {
  readonly #byId = new Map<string, Patch>();
  readonly #byChannel = new Map<string, Patch>();

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): Patch | undefined {
    return this.#byId.get(id);
  }

  of(channelId: string): Patch | undefined {
    return this.#byChannel.get(channelId);
  }

  all(): readonly Patch[] {
    return [...this.#byId.values()];
  }

  /** Adds it, or takes the place of the one of the same id. */
  put(patch: Patch): void {
    this.remove(patch.id);
    this.#byId.set(patch.id, patch);
    for (const channelId of patch.channels) this.#byChannel.set(channelId, patch);
  }

  remove(id: string): void {
    for (const channelId of this.#byId.get(id)?.channels ?? []) this.#byChannel.delete(channelId);
    this.#byId.delete(id);
  }
}
