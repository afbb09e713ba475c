import type { ChannelRecord, ChannelStore } from '../contracts/channel-store.js';
import type { PortableRecord } from '../contracts/stored-record.js';
import { coreError } from '../error/error-codes.js';
import { importRecords } from '../portability/import-records.js';
import { MemoryDatabase } from './memory-database.js';
import { exportTables } from './memory-export.js';
import { memoryKey, type MemoryTable } from './memory-table.js';
import { byText, putVersioned } from './memory-write.js';

/** Keeps channels while the process lives. */
export class MemoryChannelStore implements ChannelStore {
  readonly #channels: MemoryTable<ChannelRecord>;

  constructor(database: MemoryDatabase = new MemoryDatabase()) {
    this.#channels = database.open({
      name: 'channels',
      keyOf: ({ organizationId, id }) => memoryKey(organizationId, id),
      references: [
        { table: 'organizations', keyOf: ({ organizationId }) => memoryKey(organizationId) },
        {
          table: 'channels',
          keyOf: ({ organizationId, parentId }) =>
            parentId === null ? null : memoryKey(organizationId, parentId),
        },
      ],
    });
  }

  async load(organizationId: string): Promise<readonly ChannelRecord[]> {
    const byId = byText(({ id }: ChannelRecord) => id);
    return this.#channels
      .filter((each) => each.organizationId === organizationId)
      .toSorted((a, b) => a.position - b.position || byId(a, b));
  }

  async put(record: ChannelRecord): Promise<number> {
    const stored = this.#channels.get(record.organizationId, record.id);
    this.#requireNoRing(record);
    return putVersioned(this.#channels, stored, record, 'channel');
  }

  async deleteSubtree(organizationId: string, channelId: string): Promise<void> {
    // What is below names what is above it, and goes with it.
    this.#channels.delete(organizationId, channelId);
  }

  export(): AsyncIterable<PortableRecord> {
    return exportTables({ channel: { all: () => this.#parentsFirst() } });
  }

  import(records: AsyncIterable<PortableRecord>): Promise<void> {
    return importRecords(records, {
      channel: (record) => {
        this.#requireNoRing(record);
        this.#channels.put(record);
      },
    });
  }

  #requireNoRing({ organizationId, id, parentId }: ChannelRecord): void {
    for (let at = parentId; at !== null;) {
      if (at === id) {
        throw coreError('ERR_STORE_CONFLICT', `the channel "${id}" would be below itself`, {
          details: { id, parentId },
        });
      }
      at = this.#channels.get(organizationId, at)?.parentId ?? null;
    }
  }

  #parentsFirst(): readonly ChannelRecord[] {
    const byParent = new Map<string, ChannelRecord[]>();
    for (const channel of this.#channels.all()) {
      const siblings = byParent.get(parentKey(channel)) ?? [];
      byParent.set(parentKey(channel), siblings);
      siblings.push(channel);
    }
    const ordered = [...(byParent.get('') ?? [])];
    // Grows while it is walked through.
    for (const { organizationId, id } of ordered) {
      ordered.push(...(byParent.get(memoryKey(organizationId, id)) ?? []));
    }
    return ordered;
  }
}

function parentKey({ organizationId, parentId }: ChannelRecord): string {
  return parentId === null ? '' : memoryKey(organizationId, parentId);
}
