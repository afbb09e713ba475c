import type { ChannelView, MembershipEntry, ParticipantView } from '@sidetone/protocol';
import { channelView } from '../channel/channel.js';
import type { Hooks } from '../hook/hooks.js';
import type { Organization } from '../organization/organization.js';
import { membershipView, ownMembershipView } from '../session/membership.js';
import { participantView, type Session } from '../session/session.js';

/** Below the 32 KiB of the wire by what the envelope of a part takes. */
const PART_BYTES = 31 * 1024;

/** One view, encoded once. */
interface Entry {
  readonly list: 'channels' | 'participants' | 'memberships';
  readonly json: string;
}

/** All that `session` may see at this moment, as messages of at most 32 KiB. */
export function takeSnapshot(
  organization: Organization,
  session: Session,
  hooks: Hooks,
): readonly string[] {
  const parts = split(entries(organization, session, hooks));
  return parts.map((part, index) => encodePart(part, index, index === parts.length - 1));
}

function* entries(
  organization: Organization,
  session: Session,
  hooks: Hooks,
): IterableIterator<Entry> {
  for (const channel of organization.tree.all()) {
    if (!session.seenChannels.has(channel.id)) continue;
    const view: ChannelView = hooks.view('channel', channelView(channel));
    yield { list: 'channels', json: JSON.stringify(view) };
  }
  for (const other of organization.sessions.values()) {
    if (!session.seenParticipants.has(other.id)) continue;
    const view: ParticipantView = hooks.view('participant', participantView(other));
    yield { list: 'participants', json: JSON.stringify(view) };
    for (const [channelId, membership] of other.memberships) {
      if (!session.seenChannels.has(channelId)) continue;
      const view = other === session ? ownMembershipView(membership) : membershipView(membership);
      const seen = hooks.view('membership', view);
      const entry: MembershipEntry = { channel: channelId, session: other.id, membership: seen };
      yield { list: 'memberships', json: JSON.stringify(entry) };
    }
  }
}

function split(all: Iterable<Entry>): readonly (readonly Entry[])[] {
  let part: Entry[] = [];
  const parts = [part];
  let bytes = 0;
  for (const entry of all) {
    const size = Buffer.byteLength(entry.json) + 1;
    if (bytes > 0 && bytes + size > PART_BYTES) {
      part = [];
      parts.push(part);
      bytes = 0;
    }
    part.push(entry);
    bytes += size;
  }
  return parts;
}

/** A `snapshotPart` around views that are JSON text already. */
function encodePart(entries: readonly Entry[], part: number, last: boolean): string {
  const list = (name: Entry['list']): string => {
    const members = entries.filter((entry) => entry.list === name).map(({ json }) => json);
    return `"${name}":[${members.join(',')}]`;
  };
  const lists = `${list('channels')},${list('participants')},${list('memberships')}`;
  return `{"jsonrpc":"2.0","method":"snapshotPart","params":{"part":${part},"last":${last},${lists}}}`;
}
