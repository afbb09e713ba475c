import { Priorities, WireError, type CloseReason, type LeaveReason } from '@sidetone/protocol';
import type { VoicePlanePort } from '../audio/voice-plane-port.js';
import type { Channel } from '../channel/channel.js';
import type { AnswerArchive } from '../command/answer-archive.js';
import type { ChannelLifecycle } from '../channel/channel-lifecycle.js';
import type { CancelTimer, Clock } from '../contracts/clock.js';
import type { Hooks } from '../hook/hooks.js';
import type { TokenRate } from '../limit/token-bucket.js';
import type { Organization } from '../organization/organization.js';
import type { OrganizationRegistry } from '../organization/organization-registry.js';
import type { AwayBoard } from '../organization/away-board.js';
import type { Sight } from '../organization/sight.js';
import type { StatePublisher } from '../organization/state-publisher.js';
import type { Patches } from '../patch/patches.js';
import type { HandlePool } from '../talk/handle-pool.js';
import { AbsentModeration } from './absent-moderation.js';
import { highestPriority } from './granted.js';
import { createMembership, type MembershipFlags } from './membership.js';
import type { ResumeTokens } from './resume-tokens.js';
import type { SessionRecorder } from './session-recorder.js';
import { Session, type SessionSeed } from './session.js';

/** Asks again what a membership that has begun or ended may change. */
interface MembershipRights {
  /** Whether it has changed who sees whom. */
  joined(organization: Organization, session: Session, channel: Channel): boolean;
  left(organization: Organization, session: Session, channel: Channel): boolean;
}

interface SessionLifecycleParts {
  readonly registry: OrganizationRegistry;
  readonly publisher: StatePublisher;
  readonly sight: Sight;
  readonly rights: MembershipRights;
  readonly away: AwayBoard;
  readonly plane: VoicePlanePort;
  readonly channels: ChannelLifecycle;
  readonly patches: Patches;
  readonly handles: HandlePool;
  readonly hooks: Hooks;
  readonly clock: Clock;
  readonly commandRate: TokenRate;
  readonly tokens: ResumeTokens;
  readonly archive: AnswerArchive;
  readonly recorder: SessionRecorder;
  /** How long a detached session waits; 0 ends it with its connection. */
  readonly resumeTimeoutMs: number;
}

export type OpenSession = Omit<
  SessionSeed,
  'handle' | 'organizationId' | 'clock' | 'commandRate' | 'answers'
>;

/** The ways of a session: into the organization, into channels, out of them, away, back, and its end. */
export class SessionLifecycle {
  readonly #parts: SessionLifecycleParts;
  /** Of detached sessions. */
  readonly #expiries = new Map<Session, CancelTimer>();
  readonly #absent = new AbsentModeration();

  constructor(parts: SessionLifecycleParts) {
    this.#parts = parts;
  }

  /**
   * Throws `WireError` SERVER_FULL where no handle is left. A session that is restored waits for its
   * client.
   */
  open(organization: Organization, seed: OpenSession): Session {
    const { registry, publisher, sight, handles, hooks, clock, commandRate, archive } = this.#parts;
    const handle = handles.take();
    if (handle === null) {
      throw new WireError('SERVER_FULL', 'no session handle is free', { retryAfterMs: 60_000 });
    }
    const organizationId = organization.id;
    const answers = archive.of(seed.id, seed.restored ?? false);
    const session = new Session({ ...seed, handle, organizationId, clock, commandRate, answers });
    if (session.restored) this.#waitForClient(session);
    registry.addSession(session);
    sight.open(organization, session);
    this.#parts.patches.publisher.opened(organization, session);
    this.#openVoice(session);
    publisher.participantAdded(organization, session);
    hooks.tell('sessionOpened', {
      organizationId: organization.id,
      sessionId: session.id,
      userId: session.userId,
      transport: session.transport,
    });
    return session;
  }

  /** A transport that fails to make its offer must not leave a session that nobody can close. */
  #openVoice(session: Session): void {
    const { registry, plane, handles } = this.#parts;
    try {
      plane.openSession(session.id);
    } catch (error) {
      session.status = 'closed';
      plane.closeSession(session.id);
      registry.removeSession(session);
      handles.release(session.handle);
      throw error;
    }
  }

  /** Ends the session with all it held. Idempotent. Closes its outlet where a reason is given. */
  close(session: Session, leave: LeaveReason, detail: string, close?: CloseReason): void {
    if (session.status === 'closed') return;
    const { registry, publisher, plane, handles, hooks, tokens, recorder } = this.#parts;
    const organization = registry.find(session.organizationId);
    if (close === 'SHUTTING_DOWN') recorder.leave(session);
    else recorder.ended(session);
    session.status = 'closed';
    this.#stopWaiting(session);
    tokens.end(session.id, close, detail);
    if (close) session.outlet.close(close, detail);
    if (!organization) return;
    this.#parts.patches.sessionEnded(organization, session);
    for (const channelId of [...session.memberships.keys()]) {
      const channel = organization.tree.get(channelId);
      if (channel) this.leave(organization, session, channel, leave);
    }
    plane.closeSession(session.id);
    registry.removeSession(session);
    handles.release(session.handle);
    this.#parts.away.ended(organization, session);
    publisher.participantRemoved(organization, session.id, leave);
    hooks.tell('sessionClosed', { organizationId: organization.id, sessionId: session.id, detail });
  }

  /** Its connection has ended: it waits for its client with all it has. Idempotent. */
  detach(session: Session, detail: string): void {
    if (session.status !== 'active') return;
    const { registry, away, hooks, resumeTimeoutMs } = this.#parts;
    const { id: sessionId, organizationId } = session;
    if (resumeTimeoutMs === 0) return this.close(session, 'disconnected', detail);
    this.#waitForClient(session);
    const organization = registry.find(organizationId);
    if (organization) away.changed(organization, session);
    hooks.tell('sessionDetached', { organizationId, sessionId, detail });
  }

  /** Its client is back, on a connection that its outlet knows already. Idempotent. */
  resume(session: Session): void {
    if (session.status !== 'detached') return;
    const { registry, away, hooks } = this.#parts;
    const { id: sessionId, organizationId } = session;
    session.status = 'active';
    this.#stopWaiting(session);
    const organization = registry.find(organizationId);
    if (organization) away.changed(organization, session);
    hooks.tell('sessionResumed', { organizationId, sessionId });
  }

  /**
   * Gives a new session of the same user the memberships and mutes of the old one, which ends
   * thereby. What the user may not see any more is left out.
   */
  replace(organization: Organization, old: Session, by: Session): void {
    if (old.muted || old.deafened) {
      by.muted = old.muted;
      by.deafened = old.deafened;
      this.#parts.plane.changed({ sessionId: by.id });
      this.#parts.publisher.participantChanged(organization, by);
    }
    // Joined before the other leaves: a temporary channel would go with its last member.
    for (const [channelId, membership] of old.memberships) {
      const channel = organization.tree.get(channelId);
      if (!channel || !by.seenChannels.has(channelId)) continue;
      if (!membership.brought && !by.access.allows('JOIN', { channelId })) continue;
      this.join(organization, by, channel, membership);
    }
    this.#parts.patches.passOn(organization, old, by);
    this.close(old, 'disconnected', 'the session goes on with another client', 'DISPLACED');
  }

  #waitForClient(session: Session): void {
    const { clock, resumeTimeoutMs } = this.#parts;
    session.status = 'detached';
    const expire = (): void => this.close(session, 'disconnected', 'it was not resumed in time');
    this.#expiries.set(session, clock.after(resumeTimeoutMs, expire));
  }

  #stopWaiting(session: Session): void {
    this.#expiries.get(session)?.();
    this.#expiries.delete(session);
  }

  join(
    organization: Organization,
    session: Session,
    channel: Channel,
    flags: Partial<MembershipFlags>,
  ): void {
    const { plane, publisher, rights } = this.#parts;
    const kept = this.#absent.joined(channel.id, session.userId);
    const all = { ...flags, ...kept };
    const membership = createMembership(session.nextJoinOrder(), Priorities.normal, all);
    channel.members.set(session.id, membership);
    session.memberships.set(channel.id, membership);
    // Not before: who is in a channel may have more rights there.
    membership.maxPriority = highestPriority(session.access, channel.id);
    publisher.membershipChanged(organization, channel, session);
    // Whoever comes into sight is told of ahead of what they say.
    const sightChanged = rights.joined(organization, session, channel);
    plane.joined(session.id, channel.id);
    if (sightChanged) plane.changed({ sessionId: session.id });
  }

  leave(organization: Organization, session: Session, channel: Channel, reason: LeaveReason): void {
    const { plane, publisher, rights } = this.#parts;
    const membership = channel.members.get(session.id);
    if (membership) this.#absent.left(channel.id, session.userId, membership);
    channel.members.delete(session.id);
    session.memberships.delete(channel.id);
    plane.left(session.id, channel.id);
    publisher.membershipEnded(organization, channel.id, session, reason);
    if (rights.left(organization, session, channel)) plane.changed({ sessionId: session.id });
    if (channel.temporary && channel.members.size === 0 && reason !== 'channelDeleted') {
      this.#removeTemporary(organization, channel);
    }
  }

  /** A moderator has muted or deafened the member, or no longer. */
  moderated(session: Session, channel: Channel): void {
    this.#absent.forget(channel.id, session.userId);
  }

  /** A temporary channel goes when it is empty and nothing hangs below it, and then those above. */
  #removeTemporary(organization: Organization, channel: Channel): void {
    if (organization.tree.children(channel.id).length > 0) return;
    this.#parts.channels.remove(organization, channel);
    const parent = channel.parentId === null ? undefined : organization.tree.get(channel.parentId);
    if (parent?.temporary === true && parent.members.size === 0) {
      this.#removeTemporary(organization, parent);
    }
  }
}
