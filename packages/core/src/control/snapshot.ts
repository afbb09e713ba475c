import type { Organization } from '../organization/organization.js';
import type { Session } from '../session/session.js';
import type { ViewText, ViewTexts } from './view-texts.js';

/** Below the 32 KiB of the wire by what the envelope of a part takes. */
const PART_BYTES = 31 * 1024;

type List = 'channels' | 'participants' | 'memberships' | 'patches';

/** All that `session` may see at this moment, as messages of at most 32 KiB. */
export function takeSnapshot(
  organization: Organization,
  session: Session,
  texts: ViewTexts,
  patches: Iterable<string>,
): readonly string[] {
  const parts = new Parts();
  for (const channel of organization.tree.all()) {
    const parent = session.seenChannels.get(channel.id);
    if (parent !== undefined) parts.add('channels', texts.channel(channel, parent));
  }
  for (const other of organization.sessions.values()) {
    if (!session.seenParticipants.has(other.id)) continue;
    parts.add(
      'participants',
      other === session ? texts.ownParticipant(other) : texts.participant(other),
    );
    for (const [channelId, membership] of other.memberships) {
      if (!session.seenChannels.has(channelId)) continue;
      const text =
        other === session
          ? texts.ownMembership(channelId, other, membership)
          : texts.membership(channelId, other, membership);
      parts.add('memberships', text);
    }
  }
  for (const json of patches) parts.add('patches', { json, bytes: Buffer.byteLength(json) });
  return parts.end();
}

/** `snapshotPart`s around views that are JSON text already. */
class Parts {
  readonly #messages: string[] = [];
  #lists = emptyLists();
  #bytes = 0;

  add(list: List, { json, bytes }: ViewText): void {
    const size = bytes + 1;
    if (this.#bytes > 0 && this.#bytes + size > PART_BYTES) this.#finish(false);
    const lists = this.#lists;
    lists[list] = lists[list] === '' ? json : `${lists[list]},${json}`;
    this.#bytes += size;
  }

  end(): readonly string[] {
    this.#finish(true);
    return this.#messages;
  }

  #finish(last: boolean): void {
    const { channels, participants, memberships, patches } = this.#lists;
    const people = `"participants":[${participants}],"memberships":[${memberships}]`;
    const lists = `"channels":[${channels}],${people},"patches":[${patches}]`;
    const part = this.#messages.length;
    this.#messages.push(
      `{"jsonrpc":"2.0","method":"snapshotPart","params":{"part":${part},"last":${last},${lists}}}`,
    );
    this.#lists = emptyLists();
    this.#bytes = 0;
  }
}

function emptyLists(): Record<List, string> {
  return { channels: '', participants: '', memberships: '', patches: '' };
}
