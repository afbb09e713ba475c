import type {
  ChannelView,
  MembershipEntry,
  MembershipView,
  ParticipantView,
  PatchView,
  SnapshotPart,
} from '@sidetone/protocol';

/** Records stay the same objects while what they stand for lives, and keep the last view after it. */
export interface ChannelRecord {
  view: ChannelView;
  /** By session. */
  readonly members: Map<string, MembershipRecord>;
}

export interface MembershipRecord {
  view: MembershipView;
}

export interface ParticipantRecord {
  view: ParticipantView;
}

export interface PatchRecord {
  view: PatchView;
}

/** What this session may see of the organization: plain data, changed by snapshot and events alone. */
export class OrganizationState {
  /** Those of this session in the organization as a whole. No snapshot has them. */
  permissions: readonly string[] = [];
  readonly channels: Map<string, ChannelRecord> = new Map();
  readonly participants: Map<string, ParticipantRecord> = new Map();
  readonly patches: Map<string, PatchRecord> = new Map();

  clear(): void {
    for (const record of this.channels.values()) record.members.clear();
    this.channels.clear();
    this.participants.clear();
    this.patches.clear();
  }

  /** Becomes what `other` is, with its records. */
  take(other: OrganizationState): void {
    this.clear();
    for (const [id, record] of other.channels) this.channels.set(id, record);
    for (const [session, record] of other.participants) this.participants.set(session, record);
    for (const [id, record] of other.patches) this.patches.set(id, record);
  }

  /** Parts come in the order that keeps it whole: no membership before its channel. */
  addPart(part: SnapshotPart): void {
    for (const view of part.channels) this.putChannel(view);
    for (const view of part.participants) this.putParticipant(view);
    for (const entry of part.memberships) this.putMembership(entry);
    for (const view of part.patches) this.putPatch(view);
  }

  putChannel(view: ChannelView): ChannelRecord {
    const known = this.channels.get(view.id);
    if (known) {
      known.view = view;
      return known;
    }
    const record: ChannelRecord = { view, members: new Map() };
    this.channels.set(view.id, record);
    return record;
  }

  putParticipant(view: ParticipantView): ParticipantRecord {
    const known = this.participants.get(view.session);
    if (known) {
      known.view = view;
      return known;
    }
    const record: ParticipantRecord = { view };
    this.participants.set(view.session, record);
    return record;
  }

  /** False for a channel or a session that is not there. */
  putMembership({ channel, session, membership }: MembershipEntry): boolean {
    const record = this.channels.get(channel);
    if (!record || !this.participants.has(session)) return false;
    const known = record.members.get(session);
    if (known) known.view = membership;
    else record.members.set(session, { view: membership });
    return true;
  }

  putPatch(view: PatchView): PatchRecord {
    const record = this.patches.get(view.id) ?? { view };
    record.view = view;
    this.patches.set(view.id, record);
    return record;
  }

  removePatch(id: string): PatchRecord | undefined {
    const record = this.patches.get(id);
    this.patches.delete(id);
    return record;
  }

  removeParticipant(session: string): ParticipantRecord | undefined {
    const record = this.participants.get(session);
    this.participants.delete(session);
    for (const channel of this.channels.values()) channel.members.delete(session);
    return record;
  }

  removeChannel(id: string): ChannelRecord | undefined {
    const record = this.channels.get(id);
    this.channels.delete(id);
    // Whoever holds on to the channel shall see that nobody is in it any more.
    record?.members.clear();
    return record;
  }
}
