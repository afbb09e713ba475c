import type { MembershipView, NetPolicy } from '@sidetone/protocol';
import type { ChannelRecord, MembershipRecord } from '../state/organization-state.js';
import type { Participant } from '../state/participant.js';
import type { ChannelMembership } from './channel-membership.js';

/** One participant in one channel. */
export interface Occupant {
  readonly participant: Participant;
  readonly membership: MembershipView;
}

/** How the live objects find each other. */
export interface ChannelRelations {
  channel(id: string): Channel | null;
  childrenOf(id: string): readonly Channel[];
  participant(session: string): Participant | null;
  membership(channel: Channel): ChannelMembership | null;
}

/**
 * A node of the channel tree, a net for those who joined it. A live object: its properties are
 * always current, and keep their last values after the channel was deleted.
 */
export class Channel {
  readonly #record: ChannelRecord;
  readonly #relations: ChannelRelations;

  constructor(record: ChannelRecord, relations: ChannelRelations) {
    this.#record = record;
    this.#relations = relations;
  }

  get id(): string {
    return this.#record.view.id;
  }

  get name(): string {
    return this.#record.view.name;
  }

  get topic(): string {
    return this.#record.view.topic;
  }

  /** Order among siblings, 0-65,535. */
  get position(): number {
    return this.#record.view.position;
  }

  get participantLimit(): number | null {
    return this.#record.view.participantLimit;
  }

  /** Deleted when its last participant leaves. */
  get temporary(): boolean {
    return this.#record.view.temporary;
  }

  /** Joining asks for a password, of who may not do without. */
  get passwordProtected(): boolean {
    return this.#record.view.passwordProtected;
  }

  /** How people talk on it. */
  get net(): NetPolicy {
    return this.#record.view.net;
  }

  get parent(): Channel | null {
    const { parent } = this.#record.view;
    return parent === null ? null : this.#relations.channel(parent);
  }

  /** Channels right below, by position, then by name. */
  get children(): readonly Channel[] {
    return this.#relations.childrenOf(this.id);
  }

  /** Who is in it, in the order of joining as this client saw it. */
  get occupants(): readonly Occupant[] {
    const occupants: Occupant[] = [];
    for (const [session, { view }] of this.#record.members) {
      const participant = this.#relations.participant(session);
      if (participant) occupants.push({ participant, membership: view });
    }
    return occupants;
  }

  /** This client's own membership; `null` while it has not joined. */
  get membership(): ChannelMembership | null {
    return this.#relations.membership(this);
  }

  /** What is known of one session's membership here. */
  membershipOf(session: string): MembershipView | null {
    return this.#record.members.get(session)?.view ?? null;
  }

  /** For `ChannelMembership`: the record of a session here, which lasts as long as its stay. */
  recordOf(session: string): MembershipRecord | null {
    return this.#record.members.get(session) ?? null;
  }
}
