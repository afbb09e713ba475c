import type { ChannelView, MembershipEntry, ParticipantView } from '@sidetone/protocol';
import { channelView, type Channel } from '../channel/channel.js';
import type { Hooks } from '../hook/hooks.js';
import { membershipView, ownMembershipView, type Membership } from '../session/membership.js';
import { participantView, type Session } from '../session/session.js';

/** A view as others are shown it. */
export interface ViewText {
  readonly json: string;
  /** In UTF-8. */
  readonly bytes: number;
}

interface Kept<V> extends ViewText {
  /** Before any transform. */
  readonly view: V;
}

/**
 * The JSON texts of views, each written once for as long as its view stays the same. What is kept
 * is compared with the record as it is now, so that no change can be missed; transforms are pure.
 */
export class ViewTexts {
  readonly #hooks: Hooks;
  readonly #channels = new WeakMap<Channel, Kept<ChannelView>>();
  readonly #participants = new WeakMap<Session, Kept<ParticipantView>>();
  readonly #memberships = new WeakMap<Membership, Kept<MembershipEntry>>();

  constructor(hooks: Hooks) {
    this.#hooks = hooks;
  }

  /** `parent`: under which it is shown; kept is the text of most, who see the one it hangs under. */
  channel(channel: Channel, parent: string | null): ViewText {
    const view = channelView(channel, parent);
    const transform = (plain: ChannelView): ChannelView => this.#hooks.view('channel', plain);
    if (parent !== channel.parentId) return written(transform(view));
    return keep(this.#channels, channel, view, transform);
  }

  participant(session: Session): ViewText {
    return keep(this.#participants, session, participantView(session), (view) =>
      this.#hooks.view('participant', view),
    );
  }

  /** For the session itself, which reads it when it is there; not kept. */
  ownParticipant(session: Session): ViewText {
    const own = { ...participantView(session), away: false };
    return written(this.#hooks.view('participant', own));
  }

  membership(channelId: string, session: Session, membership: Membership): ViewText {
    const entry = {
      channel: channelId,
      session: session.id,
      membership: membershipView(membership),
    };
    return keep(this.#memberships, membership, entry, (view) => this.#transformed(view));
  }

  /** With what only the member itself sees; not kept. */
  ownMembership(channelId: string, session: Session, membership: Membership): ViewText {
    const own = ownMembershipView(membership);
    return written(this.#transformed({ channel: channelId, session: session.id, membership: own }));
  }

  #transformed(entry: MembershipEntry): MembershipEntry {
    return { ...entry, membership: this.#hooks.view('membership', entry.membership) };
  }
}

function keep<R extends object, V extends object>(
  texts: WeakMap<R, Kept<V>>,
  record: R,
  view: V,
  transform: (view: V) => V,
): ViewText {
  const known = texts.get(record);
  if (known !== undefined && isSame(known.view, view)) return known;
  const kept = { view, ...written(transform(view)) };
  texts.set(record, kept);
  return kept;
}

function written(view: object): ViewText {
  const json = JSON.stringify(view);
  return { json, bytes: Buffer.byteLength(json) };
}

/** Of views of one kind, which have the same fields. */
function isSame(left: object, right: object): boolean {
  for (const field in left) {
    const [one, other] = [left[field as never] as unknown, right[field as never] as unknown];
    if (one === other) continue;
    if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false;
    if (!isSame(one, other)) return false;
  }
  return true;
}
