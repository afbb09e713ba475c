import { isVoiceError } from '@sidetone/protocol';
import type { ChannelLifecycle } from '../channel/channel-lifecycle.js';
import type { ChannelStore } from '../contracts/channel-store.js';
import type { MemberStore } from '../contracts/member-store.js';
import type { OrganizationRecord, OrganizationStore } from '../contracts/organization-store.js';
import { stableId } from '../domain/stable-id.js';
import type { LiveSessions } from '../session/live-sessions.js';
import type { SessionLifecycle } from '../session/session-lifecycle.js';
import type { Bans } from './bans.js';
import { Organization } from './organization.js';
import type { OrganizationRegistry } from './organization-registry.js';

interface OrganizationLifecycleParts {
  readonly registry: OrganizationRegistry;
  readonly store: OrganizationStore;
  readonly channelStore: ChannelStore;
  readonly memberStore: MemberStore;
  readonly channels: ChannelLifecycle;
  readonly sessions: SessionLifecycle;
  readonly liveSessions: LiveSessions;
  readonly bans: Bans;
}

const PAGE = 1000;

/** Brings organizations into being, changes them, and takes them away with all that is in them. */
export class OrganizationLifecycle {
  readonly #parts: OrganizationLifecycleParts;

  constructor(parts: OrganizationLifecycleParts) {
    this.#parts = parts;
  }

  /** Opens what the store keeps. The server's own is made where it is not there. */
  async load(ownName: string): Promise<void> {
    const { registry, store } = this.#parts;
    const records = await store.load();
    for (const record of records) await this.#open(record);
    // Who has renamed it need not write the new name into the options.
    const id = stableId('organization', ownName);
    const limits = { participantLimit: null, channelLimit: null } as const;
    registry.own =
      registry.find(ownName) ??
      registry.find(id) ??
      (await this.create({ id, name: ownName, admission: 'open', ...limits, version: 0 }));
  }

  async create(record: OrganizationRecord): Promise<Organization> {
    const version = await this.#parts.store.put(record);
    return this.#open({ ...record, version });
  }

  /** Who may not be in it any more has left when it resolves. */
  async update(organization: Organization, changes: Partial<OrganizationRecord>): Promise<void> {
    await organization.writes.run(async () => {
      const record = { ...organization.record, ...changes };
      organization.record = { ...record, version: await this.#persist(organization, record) };
      if (changes.admission === 'members') await this.#removeStrangers(organization);
    });
  }

  /** With its sessions, channels, keys and routes. */
  async delete(organization: Organization): Promise<void> {
    const { registry, store, sessions, channels } = this.#parts;
    await organization.writes.run(async () => {
      await store.delete(organization.id);
      if (!registry.has(organization)) return;
      for (const session of [...organization.sessions.values()]) {
        sessions.close(session, 'kicked', 'the organization was deleted', 'KICKED');
      }
      for (const channel of [...organization.tree.all()].reverse()) {
        channels.remove(organization, channel);
      }
      registry.remove(organization);
    });
  }

  async #open(record: OrganizationRecord): Promise<Organization> {
    const { registry, channelStore, channels, bans } = this.#parts;
    const organization = new Organization(record, await bans.load(record.id));
    registry.add(organization);
    for (const channel of await channelStore.load(record.id)) {
      channels.restore(organization, channel);
    }
    return organization;
  }

  async #persist(organization: Organization, record: OrganizationRecord): Promise<number> {
    const { store } = this.#parts;
    try {
      return await store.put(record);
    } catch (error) {
      if (isVoiceError(error) && error.code === 'ERR_STORE_VERSION') {
        // Another server has changed it: the next try goes from there.
        const kept = (await store.load()).find(({ id }) => id === record.id);
        organization.record = kept ?? organization.record;
      }
      throw error;
    }
  }

  async #removeStrangers(organization: Organization): Promise<void> {
    const members = await this.#memberIds(organization.id);
    for (const session of [...organization.sessions.values()]) {
      if (members.has(session.userId)) continue;
      const detail = 'the organization is for its members alone now';
      this.#parts.liveSessions.removeFrom(organization, session.userId, detail);
    }
  }

  async #memberIds(organizationId: string): Promise<ReadonlySet<string>> {
    const { memberStore } = this.#parts;
    const ids = new Set<string>();
    for (let after: string | undefined; ;) {
      const page = { limit: PAGE, ...(after === undefined ? {} : { after }) };
      const members = await memberStore.list(organizationId, page);
      for (const { userId } of members) ids.add(userId);
      after = members.at(-1)?.userId;
      if (members.length < PAGE) return ids;
    }
  }
}
