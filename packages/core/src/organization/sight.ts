import { channelView, type Channel } from '../channel/channel.js';
import type { Hooks } from '../hook/hooks.js';
import { membershipView } from '../session/membership.js';
import { participantView, type Session } from '../session/session.js';
import type { Organization } from './organization.js';
import { mayViewSession, nearestSeen } from './visible.js';

/**
 * Keeps what each session has been told of in step with what it may view: tells what comes into
 * sight as created or joined, and what goes out of it as deleted or left.
 */
export class Sight {
  readonly #hooks: Hooks;

  constructor(hooks: Hooks) {
    this.#hooks = hooks;
  }

  /** What a session that begins may see; its snapshot tells it. */
  open(organization: Organization, session: Session): void {
    for (const channel of this.#viewable(organization, session, organization.tree.all())) {
      session.seenChannels.set(channel.id, null);
    }
    for (const id of session.seenChannels.keys()) {
      const channel = organization.tree.get(id);
      if (channel) session.seenChannels.set(id, nearestSeen(organization, session, channel));
    }
    for (const other of organization.sessions.values()) {
      if (mayViewSession(organization, session, other)) session.seenParticipants.add(other.id);
    }
  }

  /** Asks about these channels again. Whether anything was to be told. */
  channels(organization: Organization, session: Session, about: Iterable<Channel>): boolean {
    const asked = [...about];
    const viewable = new Set(this.#viewable(organization, session, asked));
    const seen = session.seenChannels;
    const hidden = asked.filter(({ id }) => seen.has(id)).filter((each) => !viewable.has(each));
    const revealed = [...viewable].filter(({ id }) => !seen.has(id));
    if (hidden.length === 0 && revealed.length === 0) return false;
    if (hidden.length > 0) session.outlet.forgetHistory?.();
    for (const { id } of hidden) seen.delete(id);
    for (const { id } of revealed) seen.set(id, null);
    this.#revealChannels(organization, session, revealed);
    this.hangAnew(organization, session);
    for (const { id } of hidden) {
      session.tellState('channelDeleted', JSON.stringify({ channel: id }));
    }
    return true;
  }

  /**
   * Asks about these others again. Whether anything was to be told. `forgetting`: what was told of
   * those who go out of sight is not told again.
   */
  participants(
    organization: Organization,
    session: Session,
    about: Iterable<Session>,
    { forgetting = false }: { readonly forgetting?: boolean } = {},
  ): boolean {
    const seen = session.seenParticipants;
    const changed = [...about].filter((other) => {
      return mayViewSession(organization, session, other) !== seen.has(other.id);
    });
    const hidden = new Set(changed.filter(({ id }) => seen.has(id)));
    if (forgetting && hidden.size > 0) session.outlet.forgetHistory?.();
    for (const other of hidden) this.#hideParticipant(session, other);
    for (const other of changed) {
      if (!hidden.has(other)) this.#revealParticipant(session, other);
    }
    return changed.length > 0;
  }

  /** As `participants`, about one, of hundreds who are asked about them in a row. */
  participant(organization: Organization, session: Session, other: Session): boolean {
    const visible = mayViewSession(organization, session, other);
    if (visible === session.seenParticipants.has(other.id)) return false;
    if (visible) this.#revealParticipant(session, other);
    else this.#hideParticipant(session, other);
    return true;
  }

  /** Parents first, so that each is told after the one it is shown under. */
  #revealChannels(
    organization: Organization,
    session: Session,
    channels: readonly Channel[],
  ): void {
    const depths = new Map(channels.map((each) => [each, organization.tree.depthOf(each.id)]));
    const ordered = [...channels].sort((a, b) => (depths.get(a) ?? 0) - (depths.get(b) ?? 0));
    for (const channel of ordered) {
      const parent = nearestSeen(organization, session, channel);
      session.seenChannels.set(channel.id, parent);
      const view = this.#hooks.view('channel', channelView(channel, parent));
      session.tellState('channelCreated', JSON.stringify({ channel: view }));
      for (const [id, membership] of channel.members) {
        if (!session.seenParticipants.has(id) || !organization.sessions.has(id)) continue;
        this.#tellMembership(session, channel.id, id, membershipView(membership));
      }
    }
  }

  /** Tells where channels hang now: what is between them may have come into sight, or gone. */
  hangAnew(organization: Organization, session: Session): void {
    for (const [id, told] of session.seenChannels) {
      const channel = organization.tree.get(id);
      if (!channel) continue;
      const parent = nearestSeen(organization, session, channel);
      if (parent === told) continue;
      session.seenChannels.set(id, parent);
      const view = this.#hooks.view('channel', channelView(channel, parent));
      session.tellState('channelMoved', JSON.stringify({ channel: view }));
    }
  }

  #revealParticipant(to: Session, other: Session): void {
    to.seenParticipants.add(other.id);
    const view = this.#hooks.view('participant', participantView(other));
    to.tellState('participantJoined', JSON.stringify({ participant: view }));
    for (const [channelId, membership] of other.memberships) {
      if (!to.seenChannels.has(channelId)) continue;
      this.#tellMembership(to, channelId, other.id, membershipView(membership));
    }
  }

  #hideParticipant(from: Session, other: Session): void {
    from.seenParticipants.delete(other.id);
    const payload = { session: other.id, reason: 'left' };
    from.tellState('participantLeft', JSON.stringify(payload));
  }

  #tellMembership(
    to: Session,
    channel: string,
    session: string,
    view: ReturnType<typeof membershipView>,
  ): void {
    const membership = this.#hooks.view('membership', view);
    to.tellState('membershipChanged', JSON.stringify({ channel, session, membership }));
  }

  #viewable(organization: Organization, session: Session, about: Iterable<Channel>): Channel[] {
    return [...about].filter(
      ({ id }) =>
        organization.tree.get(id) !== undefined && session.access.allows('VIEW', { channelId: id }),
    );
  }
}
