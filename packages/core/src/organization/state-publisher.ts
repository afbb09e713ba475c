import type { StateEventPayload } from '@sidetone/protocol';
import { channelView, type Channel } from '../channel/channel.js';
import type { Facts, Hooks, SingleEventName } from '../hook/hooks.js';
import { membershipView, ownMembershipView } from '../session/membership.js';
import { participantView, type Session } from '../session/session.js';
import type { Organization } from './organization.js';
import { mayViewSession, nearestSeen } from './visible.js';

/** Ids in one event; the schema allows no more. */
const MOST_TOGETHER = 1024;

/**
 * Tells sessions what has changed, each only what it may see. A view is made and encoded once for
 * all who get it; every state event of an organization goes out through here.
 */
export class StatePublisher {
  readonly #hooks: Hooks;
  readonly #changed: (session: Session) => void;

  /** `changed` is called when something of a session is new that it would take along. */
  constructor(hooks: Hooks, changed: (session: Session) => void) {
    this.#hooks = hooks;
    this.#changed = changed;
  }

  channelAdded(organization: Organization, channel: Channel): void {
    const seers = [...organization.sessions.values()].filter(
      ({ access, seenChannels }) =>
        // A policy that told of a change in between has shown it already.
        !seenChannels.has(channel.id) && access.allows('VIEW', { channelId: channel.id }),
    );
    this.#tellOfChannel(organization, channel, 'channelCreated', seers);
  }

  /** Who may not view it any more, and has not been told yet, learns nothing of the change. */
  channelChanged(
    organization: Organization,
    channel: Channel,
    event: 'channelUpdated' | 'channelMoved',
  ): void {
    const seers = filter(
      organization,
      ({ access, seenChannels }) =>
        seenChannels.has(channel.id) && access.allows('VIEW', { channelId: channel.id }),
    );
    this.#tellOfChannel(organization, channel, event, seers);
  }

  channelRemoved(organization: Organization, channelId: string): void {
    const seers = [...this.#seersOfChannel(organization, channelId)];
    for (const session of seers) session.seenChannels.delete(channelId);
    this.#send(seers, 'channelDeleted', { channel: channelId }, organization);
  }

  /** The newcomer itself learns of it from its snapshot. */
  participantAdded(organization: Organization, newcomer: Session): void {
    const payload = { participant: this.#hooks.view('participant', participantView(newcomer)) };
    const seers = [...organization.sessions.values()].filter(
      (session) =>
        session !== newcomer &&
        !session.seenParticipants.has(newcomer.id) &&
        mayViewSession(organization, session, newcomer),
    );
    for (const session of seers) session.seenParticipants.add(newcomer.id);
    this.#send(seers, 'participantJoined', payload, organization);
  }

  participantChanged(organization: Organization, session: Session): void {
    this.#changed(session);
    const participant = this.#hooks.view('participant', participantView(session));
    // It reads this when it is back, and is not told of that.
    const own = { participant: { ...participant, away: false } };
    session.tellState('participantUpdated', JSON.stringify(own));
    const others = filter(
      organization,
      (other) => other !== session && other.seenParticipants.has(session.id),
    );
    this.#send(others, 'participantUpdated', { participant }, organization);
  }

  /** Its connection is cut, or it is back: it knows that by itself. */
  awayChanged(organization: Organization, session: Session): void {
    this.#changed(session);
    const payload = { session: session.id, away: session.toldAway };
    const seers = filter(
      organization,
      (other) => other !== session && other.seenParticipants.has(session.id),
    );
    this.#send(seers, 'participantAway', payload, organization);
  }

  /** As `awayChanged`, of several who are all away or all back. */
  manyAwayChanged(organization: Organization, sessions: readonly Session[], away: boolean): void {
    for (let at = 0; at < sessions.length; at += MOST_TOGETHER) {
      this.#tellTogether(organization, sessions.slice(at, at + MOST_TOGETHER), away);
    }
    for (const session of sessions) {
      this.#changed(session);
      const organizationId = organization.id;
      this.#hooks.tell('participantAway', { session: session.id, away, organizationId });
    }
  }

  #tellTogether(organization: Organization, about: readonly Session[], away: boolean): void {
    const ids = about.map(({ id }) => id);
    const everybody = JSON.stringify({ sessions: ids, away });
    for (const seer of organization.sessions.values()) {
      // Itself too, where it is one of them: a list of its own for each would be a square of ids.
      const seen = ids.filter((id) => seer.seenParticipants.has(id));
      if (seen.length === 0) continue;
      const isWhole = seen.length === ids.length;
      const payload = isWhole ? everybody : JSON.stringify({ sessions: seen, away });
      seer.tellState('participantsAway', payload);
    }
  }

  /**
   * Who goes because the server stops is told to no one: all go, and to tell each of each would take
   * a thousand of them a million messages.
   */
  participantRemoved(
    organization: Organization,
    sessionId: string,
    reason: StateEventPayload<'participantLeft'>['reason'],
  ): void {
    const seers =
      reason === 'shutdown' ? [] : [...this.#seersOfParticipant(organization, sessionId)];
    for (const session of seers) session.seenParticipants.delete(sessionId);
    this.#send(seers, 'participantLeft', { session: sessionId, reason }, organization);
  }

  /** A member also sees its own choices; `onlySelf` where nothing changed that others see. */
  membershipChanged(
    organization: Organization,
    channel: Channel,
    member: Session,
    options: { readonly onlySelf?: boolean } = {},
  ): void {
    this.#changed(member);
    const membership = channel.members.get(member.id);
    if (!membership) return;
    const about = { channel: channel.id, session: member.id };
    const own = this.#hooks.view('membership', ownMembershipView(membership));
    member.tellState('membershipChanged', JSON.stringify({ ...about, membership: own }));
    if (options.onlySelf === true) return;
    const seen = this.#hooks.view('membership', membershipView(membership));
    const others = this.#seersOfMembership(organization, channel.id, member);
    this.#send(others, 'membershipChanged', { ...about, membership: seen }, organization);
  }

  /** As `participantRemoved`. */
  membershipEnded(
    organization: Organization,
    channelId: string,
    member: Session,
    reason: NonNullable<StateEventPayload<'membershipChanged'>['reason']>,
  ): void {
    this.#changed(member);
    const payload = { channel: channelId, session: member.id, membership: null, reason };
    member.tellState('membershipChanged', JSON.stringify(payload));
    const others =
      reason === 'shutdown' ? [] : this.#seersOfMembership(organization, channelId, member);
    this.#send(others, 'membershipChanged', payload, organization);
  }

  /** Encoded once for all who are shown it under the same parent: nearly always all of them. */
  #tellOfChannel(
    organization: Organization,
    channel: Channel,
    event: 'channelCreated' | 'channelUpdated' | 'channelMoved',
    seers: Iterable<Session>,
  ): void {
    const texts = new Map<string | null, string>();
    const payloadUnder = (parent: string | null): StateEventPayload<typeof event> => ({
      channel: this.#hooks.view('channel', channelView(channel, parent)),
    });
    for (const session of seers) {
      const parent = nearestSeen(organization, session, channel);
      const text = texts.get(parent) ?? JSON.stringify(payloadUnder(parent));
      texts.set(parent, text);
      session.seenChannels.set(channel.id, parent);
      session.tellState(event, text);
    }
    const fact = { ...payloadUnder(channel.parentId), organizationId: organization.id };
    this.#hooks.tell(event, fact);
  }

  #seersOfChannel(organization: Organization, channelId: string): Iterable<Session> {
    return filter(organization, (session) => session.seenChannels.has(channelId));
  }

  #seersOfParticipant(organization: Organization, sessionId: string): Iterable<Session> {
    return filter(organization, (session) => session.seenParticipants.has(sessionId));
  }

  #seersOfMembership(
    organization: Organization,
    channelId: string,
    member: Session,
  ): Iterable<Session> {
    return filter(
      organization,
      (session) =>
        session !== member &&
        session.seenChannels.has(channelId) &&
        session.seenParticipants.has(member.id),
    );
  }

  #send<E extends SingleEventName>(
    sessions: Iterable<Session>,
    event: E,
    payload: StateEventPayload<E>,
    organization: Organization,
  ): void {
    const encoded = JSON.stringify(payload);
    for (const session of sessions) session.tellState(event, encoded);
    this.#hooks.tell(event, { ...payload, organizationId: organization.id } as Facts[E]);
  }
}

function* filter(
  organization: Organization,
  sees: (session: Session) => boolean,
): IterableIterator<Session> {
  for (const session of organization.sessions.values()) if (sees(session)) yield session;
}
