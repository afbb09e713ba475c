import { isVoiceError } from '@sidetone/protocol';
import type { VoicePlanePort } from '../audio/voice-plane-port.js';
import type { ChannelRecord, ChannelStore } from '../contracts/channel-store.js';
import type { Organization } from '../organization/organization.js';
import type { LiveDirectory } from '../organization/live-directory.js';
import type { OrganizationRegistry } from '../organization/organization-registry.js';
import type { StatePublisher } from '../organization/state-publisher.js';
import type { Patches } from '../patch/patches.js';
import type { Channel } from './channel.js';

interface ChannelLifecycleParts {
  readonly registry: OrganizationRegistry;
  readonly directory: LiveDirectory;
  readonly publisher: StatePublisher;
  readonly plane: VoicePlanePort;
  readonly patches: Patches;
  readonly store: ChannelStore;
}

export function channelRecord(channel: Channel): ChannelRecord {
  const { id, organizationId, parentId, name, topic, position, version } = channel;
  const { participantLimit, passwordHash, net } = channel;
  const place = { id, organizationId, parentId, name, topic, position, version };
  return { ...place, participantLimit, passwordHash, net };
}

/** Brings channels into being and takes them away: tree, store, voice plane and events together. */
export class ChannelLifecycle {
  readonly #parts: ChannelLifecycleParts;

  constructor(parts: ChannelLifecycleParts) {
    this.#parts = parts;
  }

  /** A channel that the store has already. */
  restore(organization: Organization, record: ChannelRecord): Channel {
    const channel: Channel = { ...record, temporary: false, members: new Map() };
    this.#parts.registry.addChannel(channel);
    this.#parts.directory.treeChanged('added', channel);
    this.#parts.plane.openChannel(organization.id, channel.id);
    return channel;
  }

  /** Keeps it first: an event about a channel that a crash could take back is never sent. */
  async create(organization: Organization, channel: Channel): Promise<void> {
    channel.version = await this.#persistNew(channel);
    try {
      const { channelLimit } = organization.record;
      organization.tree.checkAdd(channel.parentId, channel.name, channelLimit);
    } catch (error) {
      // A temporary parent has gone meanwhile: nothing may be left that no tree holds.
      await this.forget(channel);
      throw error;
    }
    this.#parts.registry.addChannel(channel);
    this.#parts.directory.treeChanged('added', channel);
    this.#parts.plane.openChannel(organization.id, channel.id);
    this.#parts.publisher.channelAdded(organization, channel);
  }

  /** The version that the store has then. */
  async persist(channel: Channel): Promise<number> {
    return channel.temporary ? 0 : this.#parts.store.put(channelRecord(channel));
  }

  /** What the store has of it. */
  async kept({ organizationId, id }: Channel): Promise<ChannelRecord | null> {
    const records = await this.#parts.store.load(organizationId);
    return records.find((record) => record.id === id) ?? null;
  }

  /** With all below it. */
  async forget({ temporary, organizationId, id }: Channel): Promise<void> {
    if (!temporary) await this.#parts.store.deleteSubtree(organizationId, id);
  }

  /** Takes an empty channel out of tree and voice plane; the store has forgotten it already. */
  remove(organization: Organization, channel: Channel): void {
    this.#parts.patches.channelGone(organization, channel.id);
    this.#parts.registry.removeChannel(channel);
    this.#parts.directory.treeChanged('removed', channel);
    this.#parts.plane.closeChannel(channel.id);
    this.#parts.publisher.channelRemoved(organization, channel.id);
  }

  /**
   * A store that could not be reached may have kept the channel all the same. Asked for again, it
   * may get another position; it stays where it is kept.
   */
  async #persistNew(channel: Channel): Promise<number> {
    try {
      return await this.persist(channel);
    } catch (error) {
      if (!isVoiceError(error) || error.code !== 'ERR_STORE_VERSION') throw error;
      const kept = await this.kept(channel);
      if (!kept) throw error;
      Object.assign(channel, kept);
      return kept.version;
    }
  }
}
