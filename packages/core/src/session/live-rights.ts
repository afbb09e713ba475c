import type { VoicePlanePort } from '../audio/voice-plane-port.js';
import type { Channel } from '../channel/channel.js';
import type { AccessChange, AccessPolicy } from '../contracts/access-policy.js';
import type { Organization } from '../organization/organization.js';
import type { OrganizationRegistry } from '../organization/organization-registry.js';
import type { Sight } from '../organization/sight.js';
import type { StatePublisher } from '../organization/state-publisher.js';
import type { Patches } from '../patch/patches.js';
import { membersOf } from '../organization/visible.js';
import { grantedPermissions, highestPriority } from './granted.js';
import type { SessionLifecycle } from './session-lifecycle.js';
import type { Session } from './session.js';

interface LiveRightsParts {
  readonly policy: AccessPolicy;
  readonly registry: OrganizationRegistry;
  readonly publisher: StatePublisher;
  readonly sight: Sight;
  readonly plane: VoicePlanePort;
  readonly sessions: SessionLifecycle;
  readonly patches: Patches;
}

/** What is asked about again. */
interface Extent {
  readonly sessions: readonly Session[];
  /** `null`: all. */
  readonly channels: ReadonlySet<Channel> | null;
  /** Whom the sessions may see, or not any more; `null`: anybody. */
  readonly others: ReadonlySet<Session> | null;
}

/**
 * Asks the policy again when its answers may be others, and acts in the same turn: who may not be in
 * a channel leaves it, and sight, priorities and routes follow.
 */
export class LiveRights {
  readonly #parts: LiveRightsParts;
  /** In the middle of it: what a leave brings about is found by the asking that caused it. */
  readonly #asking = new Set<Session>();

  constructor(parts: LiveRightsParts) {
    this.#parts = parts;
  }

  /** The policy says that rights have changed. */
  changed({ organizationId, userId, channelId }: AccessChange): void {
    const { registry, plane } = this.#parts;
    for (const organization of [...registry.all()]) {
      if (organizationId !== undefined && organization.id !== organizationId) continue;
      const sessions =
        userId === undefined
          ? [...organization.sessions.values()]
          : registry.sessionsOfUser(organization.id, userId);
      if (sessions.length === 0) continue;
      const concerned = this.#ask(organization, { sessions, ...around(organization, channelId) });
      this.#tellPermissions(concerned);
      if (userId === undefined) plane.changed({ organizationId: organization.id });
      else for (const { id } of sessions) plane.changed({ sessionId: id });
    }
  }

  /** The channel hangs elsewhere, and the policy knows. */
  moved(organization: Organization, channel: Channel): void {
    const sessions = [...organization.sessions.values()];
    this.#ask(organization, { sessions, ...around(organization, channel.id) });
    for (const session of sessions) this.#parts.sight.hangAnew(organization, session);
    this.#parts.plane.changed({ organizationId: organization.id });
  }

  /** A patch that joins these channels, or some of them, has begun, changed or ended. */
  patched(organization: Organization, channelIds: readonly string[]): void {
    const members = membersOf(organization, channelIds);
    for (const session of members) this.#parts.sight.participants(organization, session, members);
  }

  /** Whether it has changed who sees whom. */
  joined(organization: Organization, session: Session, channel: Channel): boolean {
    const strangers = [...organization.sessions.values()].filter(
      (other) => other !== session && !other.seenParticipants.has(session.id),
    );
    return this.#membershipChanged(organization, session, channel, strangers);
  }

  /** As `joined`. */
  left(organization: Organization, session: Session, channel: Channel): boolean {
    if (session.status === 'closed') return false;
    const seers = [...organization.sessions.values()].filter(
      (other) => other !== session && other.seenParticipants.has(session.id),
    );
    return this.#membershipChanged(organization, session, channel, seers);
  }

  #membershipChanged(
    organization: Organization,
    session: Session,
    channel: Channel,
    concerned: readonly Session[],
  ): boolean {
    const { sight, patches } = this.#parts;
    let changed = false;
    for (const other of concerned) {
      if (!sight.participant(organization, other, session)) continue;
      patches.rightsChanged(organization, other);
      changed = true;
    }
    if (this.#asking.has(session)) return changed;
    this.#asking.add(session);
    try {
      const channels = new Set(organization.tree.subtree(channel.id)).add(channel);
      this.#leaveForbidden(organization, session, channels);
      const others = sight.channels(organization, session, channels)
        ? [...organization.sessions.values()]
        : membersOf(organization, [channel.id]);
      const seesOthers = sight.participants(organization, session, others);
      this.#rank(organization, session, channels);
      patches.rightsChanged(organization, session);
      return changed || seesOthers;
    } finally {
      this.#asking.delete(session);
    }
  }

  /** Those whom it can concern: they have seen some of it, or do now. */
  #ask(organization: Organization, { sessions, channels, others }: Extent): readonly Session[] {
    const { sight } = this.#parts;
    const saw = new Set(sessions.filter((session) => sees(session, channels)));
    for (const session of sessions) this.#leaveForbidden(organization, session, channels);
    for (const session of sessions) {
      sight.channels(organization, session, channels ?? organization.tree.all());
      sight.participants(organization, session, others ?? organization.sessions.values(), {
        forgetting: true,
      });
      this.#parts.patches.rightsChanged(organization, session);
      this.#rank(organization, session, channels);
    }
    return sessions.filter((session) => saw.has(session) || sees(session, channels));
  }

  #leaveForbidden(
    organization: Organization,
    session: Session,
    channels: ReadonlySet<Channel> | null,
  ): void {
    for (const channelId of [...session.memberships.keys()]) {
      const channel = organization.tree.get(channelId);
      const membership = session.memberships.get(channelId);
      if (!channel || !membership || channels?.has(channel) === false) continue;
      const { access } = session;
      const mayStay = membership.brought || access.allows('JOIN', { channelId });
      if (mayStay && access.allows('VIEW', { channelId })) continue;
      this.#parts.sessions.leave(organization, session, channel, 'kicked');
    }
  }

  #rank(organization: Organization, session: Session, channels: ReadonlySet<Channel> | null): void {
    for (const [channelId, membership] of session.memberships) {
      const channel = organization.tree.get(channelId);
      if (!channel || channels?.has(channel) === false) continue;
      const highest = highestPriority(session.access, channelId);
      if (highest === membership.maxPriority) continue;
      membership.maxPriority = highest;
      this.#parts.publisher.membershipChanged(organization, channel, session, { onlySelf: true });
    }
  }

  /** Those who may do the same are told with the same text. */
  #tellPermissions(sessions: readonly Session[]): void {
    const texts = new Map<string, string>();
    const declared = [...(this.#parts.policy.permissions?.() ?? [])];
    for (const session of sessions) {
      const permissions = grantedPermissions(session.access, {}, declared);
      const key = permissions.join();
      const text = texts.get(key) ?? JSON.stringify({ permissions });
      texts.set(key, text);
      session.tellState('permissionsChanged', text);
    }
  }
}

/** A channel with all below it, and everybody who is in there; without one, everything. */
function around(
  organization: Organization,
  channelId: string | undefined,
): Pick<Extent, 'channels' | 'others'> {
  if (channelId === undefined) return { channels: null, others: null };
  const channels = new Set(organization.tree.subtree(channelId));
  const others = membersOf(
    organization,
    Array.from(channels, ({ id }) => id),
  );
  return { channels, others };
}

function sees({ seenChannels }: Session, channels: ReadonlySet<Channel> | null): boolean {
  if (channels === null) return true;
  for (const { id } of channels) if (seenChannels.has(id)) return true;
  return false;
}
