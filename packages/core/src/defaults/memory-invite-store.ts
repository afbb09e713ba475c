import { isDeepStrictEqual } from 'node:util';
import type { InviteRecord, InviteStore, InviteUse } from '../contracts/invite-store.js';
import type { PortableRecord } from '../contracts/stored-record.js';
import { coreError } from '../error/error-codes.js';
import { importRecords } from '../portability/import-records.js';
import type { PortableInviteUse } from '../portability/portable-kinds.js';
import type { MemoryDatabase } from './memory-database.js';
import { exportTables } from './memory-export.js';
import { memoryKey, type MemoryTable } from './memory-table.js';
import { byText } from './memory-write.js';

/** Keeps invites and counts who has used them while the process lives. */
export class MemoryInviteStore implements InviteStore {
  readonly #invites: MemoryTable<InviteRecord>;
  readonly #uses: MemoryTable<PortableInviteUse>;

  constructor(database: MemoryDatabase) {
    this.#invites = database.open({
      name: 'invites',
      keyOf: ({ organizationId, id }) => memoryKey(organizationId, id),
      references: [
        { table: 'organizations', keyOf: ({ organizationId }) => memoryKey(organizationId) },
      ],
      uniques: [{ noun: 'code', keyOf: ({ codeHash }) => codeHash }],
    });
    this.#uses = database.open({
      name: 'inviteUses',
      keyOf: ({ organizationId, inviteId, userId }) => memoryKey(organizationId, inviteId, userId),
      references: [
        {
          table: 'invites',
          keyOf: ({ organizationId, inviteId }) => memoryKey(organizationId, inviteId),
        },
      ],
    });
  }

  async findByCode(codeHash: string): Promise<InviteUse | null> {
    const invite = this.#invites.find('code', codeHash);
    return invite && { invite, uses: this.#usesOf(invite) };
  }

  async list(organizationId: string): Promise<readonly InviteUse[]> {
    const byId = byText(({ id }: InviteRecord) => id);
    return this.#invites
      .filter((each) => each.organizationId === organizationId)
      .toSorted((a, b) => b.createdAt - a.createdAt || byId(a, b))
      .map((invite) => ({ invite, uses: this.#usesOf(invite) }));
  }

  async put(record: InviteRecord): Promise<void> {
    const stored = this.#invites.get(record.organizationId, record.id);
    if (stored && !isDeepStrictEqual(structuredClone(stored), structuredClone(record))) {
      throw coreError('ERR_STORE_CONFLICT', `"${record.id}" is another invite: give it an id`, {
        details: { id: record.id },
      });
    }
    this.#invites.put(record);
  }

  async use(
    organizationId: string,
    inviteId: string,
    userId: string,
    now: number,
  ): Promise<boolean> {
    const invite = this.#invites.get(organizationId, inviteId);
    if (!invite) return false;
    if (this.#uses.get(organizationId, inviteId, userId)) return true;
    if (invite.expiresAt !== null && invite.expiresAt <= now) return false;
    if (invite.maxUses !== null && this.#usesOf(invite) >= invite.maxUses) return false;
    this.#uses.put({ organizationId, inviteId, userId });
    return true;
  }

  async delete(organizationId: string, inviteId: string): Promise<void> {
    this.#invites.delete(organizationId, inviteId);
  }

  export(): AsyncIterable<PortableRecord> {
    return exportTables({ invite: this.#invites, inviteUse: this.#uses });
  }

  import(records: AsyncIterable<PortableRecord>): Promise<void> {
    return importRecords(records, {
      invite: (record) => this.#invites.put(record),
      inviteUse: (record) => this.#uses.put(record),
    });
  }

  #usesOf({ organizationId, id }: InviteRecord): number {
    return this.#uses.filter((use) => use.organizationId === organizationId && use.inviteId === id)
      .length;
  }
}
