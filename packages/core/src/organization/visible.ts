import type { Channel } from '../channel/channel.js';
import type { Session } from '../session/session.js';
import type { Organization } from './organization.js';

/**
 * Whether a session may know of another one. Who is in a channel with somebody, or in one that a
 * patch joins with theirs, knows them whatever the policy says: they hear each other.
 */
export function mayViewSession(
  organization: Organization,
  session: Session,
  other: Session,
): boolean {
  if (session === other || shareNet(organization, session, other)) return true;
  return session.access.allows('VIEW', { sessionId: other.id });
}

function shareNet({ patches }: Organization, one: Session, other: Session): boolean {
  for (const channelId of one.memberships.keys()) {
    if (other.memberships.has(channelId)) return true;
    const patched = patches.size === 0 ? undefined : patches.of(channelId)?.channels;
    if (patched?.some((id) => other.memberships.has(id)) === true) return true;
  }
  return false;
}

/** Everybody in these channels, and in those that patches join with them. */
export function membersOf(
  { patches, tree, sessions }: Organization,
  channelIds: Iterable<string>,
): ReadonlySet<Session> {
  const nets = new Set<string>();
  for (const id of channelIds) for (const net of patches.of(id)?.channels ?? [id]) nets.add(net);
  const members = new Set<Session>();
  for (const net of nets) {
    for (const id of tree.get(net)?.members.keys() ?? []) {
      const member = sessions.get(id);
      if (member) members.add(member);
    }
  }
  return members;
}

/**
 * Under which channel the session is shown this one: the nearest above that it sees; `null`: at the
 * top.
 */
export function nearestSeen(
  { tree }: Organization,
  { seenChannels }: Session,
  { parentId }: Channel,
): string | null {
  let at = parentId;
  while (at !== null && !seenChannels.has(at)) at = tree.get(at)?.parentId ?? null;
  return at;
}
