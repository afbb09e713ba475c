import { Channel, type ChannelRelations } from '../channel/channel.js';
import type { ChannelMembership } from '../channel/channel-membership.js';
import { Patch } from '../patch/patch.js';
import type {
  ChannelRecord,
  OrganizationState,
  ParticipantRecord,
  PatchRecord,
} from './organization-state.js';
import { Participant, type ParticipantRelations } from './participant.js';

export interface DirectoryRelations {
  membership(channel: Channel): ChannelMembership | null;
  isTalking(session: string): boolean;
}

/** Gives each record its one live object, so that `===` works on what the app holds. */
export class Directory implements ChannelRelations, ParticipantRelations {
  readonly #state: OrganizationState;
  readonly #relations: DirectoryRelations;
  readonly #channels = new WeakMap<ChannelRecord, Channel>();
  readonly #participants = new WeakMap<ParticipantRecord, Participant>();
  readonly #patches = new WeakMap<PatchRecord, Patch>();

  constructor(state: OrganizationState, relations: DirectoryRelations) {
    this.#state = state;
    this.#relations = relations;
  }

  channelOf(record: ChannelRecord): Channel {
    const known = this.#channels.get(record);
    if (known) return known;
    const channel = new Channel(record, this);
    this.#channels.set(record, channel);
    return channel;
  }

  participantOf(record: ParticipantRecord): Participant {
    const known = this.#participants.get(record);
    if (known) return known;
    const participant = new Participant(record, this);
    this.#participants.set(record, participant);
    return participant;
  }

  patchOf(record: PatchRecord): Patch {
    const known = this.#patches.get(record);
    if (known) return known;
    const patch = new Patch(record, this);
    this.#patches.set(record, patch);
    return patch;
  }

  patch(id: string): Patch | null {
    const record = this.#state.patches.get(id);
    return record ? this.patchOf(record) : null;
  }

  allPatches(): readonly Patch[] {
    return Array.from(this.#state.patches.values(), (record) => this.patchOf(record));
  }

  channel(id: string): Channel | null {
    const record = this.#state.channels.get(id);
    return record ? this.channelOf(record) : null;
  }

  participant(session: string): Participant | null {
    const record = this.#state.participants.get(session);
    return record ? this.participantOf(record) : null;
  }

  allParticipants(): readonly Participant[] {
    return Array.from(this.#state.participants.values(), (record) => this.participantOf(record));
  }

  /** Depth first, as a tree is read from top to bottom. */
  allChannels(): readonly Channel[] {
    const children = this.#childrenByParent();
    const ordered: Channel[] = [];
    const visit = (siblings: readonly Channel[]): void => {
      for (const channel of siblings) {
        ordered.push(channel);
        visit(children.get(channel.id) ?? []);
      }
    };
    visit(children.get(null) ?? []);
    return ordered;
  }

  /** `null`: the topmost ones, those with a parent that this client may not see included. */
  childrenOf(id: string | null): readonly Channel[] {
    return this.#childrenByParent().get(id) ?? [];
  }

  channelsOf(session: string): readonly Channel[] {
    return this.allChannels().filter((channel) => channel.membershipOf(session) !== null);
  }

  membership(channel: Channel): ChannelMembership | null {
    return this.#relations.membership(channel);
  }

  isTalking(session: string): boolean {
    return this.#relations.isTalking(session);
  }

  #childrenByParent(): Map<string | null, Channel[]> {
    const byParent = new Map<string | null, Channel[]>();
    for (const record of this.#state.channels.values()) {
      const { parent } = record.view;
      const key = parent !== null && this.#state.channels.has(parent) ? parent : null;
      const siblings = byParent.get(key) ?? [];
      siblings.push(this.channelOf(record));
      byParent.set(key, siblings);
    }
    for (const siblings of byParent.values()) siblings.sort(bySiblingOrder);
    return byParent;
  }
}

function bySiblingOrder(left: Channel, right: Channel): number {
  return left.position - right.position || left.name.localeCompare(right.name);
}
