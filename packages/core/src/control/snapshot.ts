import {
  encodeNotification,
  type ChannelView,
  type MembershipEntry,
  type ParticipantView,
  type SnapshotPart,
} from '@sidetone/protocol';
import { channelView } from '../channel/channel.js';
import type { Hooks } from '../hook/hooks.js';
import type { Organization } from '../organization/organization.js';
import { membershipView } from '../session/membership.js';
import { participantView, type Session } from '../session/session.js';

/** Below the 32 KiB of the wire by what the envelope of a part takes. */
const PART_BYTES = 31 * 1024;

type Entry =
  | { readonly list: 'channels'; readonly view: ChannelView }
  | { readonly list: 'participants'; readonly view: ParticipantView }
  | { readonly list: 'memberships'; readonly view: MembershipEntry };

/** All that `session` may see at this moment, as messages of at most 32 KiB. */
export function takeSnapshot(
  organization: Organization,
  session: Session,
  hooks: Hooks,
): readonly string[] {
  const parts = split(entries(organization, session, hooks));
  return parts.map((part, index) =>
    encodeNotification('snapshotPart', { ...part, part: index, last: index === parts.length - 1 }),
  );
}

function* entries(
  organization: Organization,
  session: Session,
  hooks: Hooks,
): IterableIterator<Entry> {
  for (const channel of organization.tree.all()) {
    if (!session.seenChannels.has(channel.id)) continue;
    yield { list: 'channels', view: hooks.view('channel', channelView(channel)) };
  }
  for (const other of organization.sessions.values()) {
    if (!session.seenParticipants.has(other.id)) continue;
    yield { list: 'participants', view: hooks.view('participant', participantView(other)) };
    for (const [channelId, membership] of other.memberships) {
      if (!session.seenChannels.has(channelId)) continue;
      const seen = hooks.view('membership', membershipView(membership));
      const view = { channel: channelId, session: other.id, membership: seen };
      yield { list: 'memberships', view };
    }
  }
}

type PartLists = Pick<SnapshotPart, 'channels' | 'participants' | 'memberships'>;

function split(all: Iterable<Entry>): readonly PartLists[] {
  const parts: PartLists[] = [emptyPart()];
  let bytes = 0;
  let part = parts[0] as PartLists;
  for (const entry of all) {
    const size = Buffer.byteLength(JSON.stringify(entry.view)) + 1;
    if (bytes > 0 && bytes + size > PART_BYTES) {
      part = emptyPart();
      parts.push(part);
      bytes = 0;
    }
    (part[entry.list] as unknown[]).push(entry.view);
    bytes += size;
  }
  return parts;
}

function emptyPart(): PartLists {
  return { channels: [], participants: [], memberships: [] };
}
