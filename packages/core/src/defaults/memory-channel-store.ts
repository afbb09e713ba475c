import type { ChannelRecord, ChannelStore } from '../contracts/channel-store.js';

/** Keeps channels while the process lives. */
export class MemoryChannelStore implements ChannelStore {
  readonly #organizations = new Map<string, Map<string, ChannelRecord>>();

  async load(organizationId: string): Promise<readonly ChannelRecord[]> {
    return [...(this.#organizations.get(organizationId)?.values() ?? [])];
  }

  async put(record: ChannelRecord): Promise<void> {
    const channels =
      this.#organizations.get(record.organizationId) ?? new Map<string, ChannelRecord>();
    channels.set(record.id, Object.freeze({ ...record }));
    this.#organizations.set(record.organizationId, channels);
  }

  async delete(organizationId: string, channelId: string): Promise<void> {
    this.#organizations.get(organizationId)?.delete(channelId);
  }
}
