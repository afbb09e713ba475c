import { FREE_NET, type PatchEndReason, type PatchView } from '@sidetone/protocol';
import { strictestNet } from '../audio/strictest-net.js';
import type { Hooks } from '../hook/hooks.js';
import type { Organization } from '../organization/organization.js';
import type { Session } from '../session/session.js';
import type { Patch } from './patch.js';

/** Sees everything: the embedding program. */
const everything = { channel: (): boolean => true, participant: (): boolean => true };

interface Sight {
  channel(id: string): boolean;
  participant(sessionId: string): boolean;
}

export function patchView(organization: Organization, patch: Patch): PatchView {
  return viewOf(organization, patch, everything);
}

/**
 * Tells sessions of patches: each that sees one of the nets, and of the others no more than how many
 * they are. What a session was told last is kept as text, and told again only where it is another.
 */
export class PatchPublisher {
  readonly #hooks: Pick<Hooks, 'tell'>;
  /** By session: id of the patch and the text of its view. */
  readonly #told = new WeakMap<Session, Map<string, string>>();

  constructor(hooks: Pick<Hooks, 'tell'>) {
    this.#hooks = hooks;
  }

  /** What the session may see now is in its snapshot. */
  opened(organization: Organization, session: Session): void {
    const told = new Map<string, string>();
    for (const patch of organization.patches.all()) {
      const text = textFor(organization, patch, session);
      if (text !== null) told.set(patch.id, text);
    }
    this.#told.set(session, told);
  }

  /** The views that the session has been told of. */
  texts(session: Session): Iterable<string> {
    return this.#told.get(session)?.values() ?? [];
  }

  /** It is new, or not as before. */
  changed(organization: Organization, patch: Patch): void {
    for (const session of organization.sessions.values()) this.#sync(organization, patch, session);
    const { id: organizationId } = organization;
    this.#hooks.tell('patchChanged', { patch: patchView(organization, patch), organizationId });
  }

  ended(organization: Organization, patch: Patch, reason: PatchEndReason): void {
    for (const session of organization.sessions.values()) this.#end(session, patch.id, reason);
    const { id: organizationId } = organization;
    this.#hooks.tell('patchEnded', { patch: patch.id, reason, organizationId });
  }

  /** The session may see other channels or participants than before. */
  sightChanged(organization: Organization, session: Session): void {
    for (const patch of organization.patches.all()) this.#sync(organization, patch, session);
  }

  #sync(organization: Organization, patch: Patch, session: Session): void {
    const told = this.#told.get(session);
    const text = textFor(organization, patch, session);
    if (text === null) return this.#end(session, patch.id, 'hidden');
    if (told === undefined || told.get(patch.id) === text) return;
    told.set(patch.id, text);
    session.tellState('patchChanged', `{"patch":${text}}`);
  }

  #end(session: Session, patch: string, reason: PatchEndReason): void {
    if (this.#told.get(session)?.delete(patch) !== true) return;
    session.tellState('patchEnded', JSON.stringify({ patch, reason }));
  }
}

function textFor(organization: Organization, patch: Patch, session: Session): string | null {
  const { seenChannels, seenParticipants } = session;
  const view = viewOf(organization, patch, {
    channel: (id) => seenChannels.has(id),
    participant: (id) => seenParticipants.has(id),
  });
  return view.channels.length === 0 ? null : JSON.stringify(view);
}

function viewOf({ tree }: Organization, patch: Patch, sees: Sight): PatchView {
  const { id, owner, createdBy, expiresAt } = patch;
  const channels = patch.channels.filter((channelId) => sees.channel(channelId));
  const named = owner === null || sees.participant(owner);
  return {
    id,
    channels,
    hiddenChannels: patch.channels.length - channels.length,
    owner: named ? owner : null,
    createdBy: named ? createdBy : null,
    expiresAt,
    net: strictestNet(patch.channels.map((channelId) => tree.get(channelId)?.net ?? FREE_NET)),
  };
}
