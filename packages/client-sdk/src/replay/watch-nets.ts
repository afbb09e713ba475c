import type { Access } from '../access/access.js';
import type { ClientEmitter } from '../client/client-emitter.js';
import type { ReplayStore } from './replay-store.js';

export interface WatchNetsParts {
  readonly emitter: ClientEmitter;
  readonly access: Access;
  readonly selfSession: () => string | undefined;
}

/** Takes out of the store what this client may keep no longer, as soon as it learns of it. */
export function watchNets(store: ReplayStore, parts: WatchNetsParts): void {
  const { emitter, access, selfSession } = parts;
  emitter.on('transmissionStarted', ({ transmission }) => store.news(transmission.source.id));
  emitter.on('transmissionUpdated', ({ transmission }) => store.news(transmission.source.id));
  emitter.on('channelUpdated', ({ channel }) => {
    if (!channel.net.replay) store.forbid(channel.id);
  });
  emitter.on('patchChanged', ({ patch }) => {
    if (!patch.net.replay) for (const { id } of patch.channels) store.forbidForeign(id);
  });
  emitter.on('channelDeleted', ({ channel }) => store.leave(channel.id));
  emitter.on('membershipChanged', ({ channel, participant, membership }) => {
    if (participant.id !== selfSession()) return;
    if (membership === null || membership.deafenedByModerator) store.leave(channel.id);
  });
  emitter.on('permissionsChanged', () => {
    for (const net of store.nets) void leaveUnlessHeard(store, access, net);
  });
  let session: string | null = null;
  emitter.on('stateChanged', ({ state }) => {
    if (state.status === 'disconnected' || state.status === 'closed') return store.clear();
    if (state.status !== 'connected') return;
    if (session !== null && session !== state.session) store.clear();
    session = state.session;
  });
}

async function leaveUnlessHeard(store: ReplayStore, access: Access, net: string): Promise<void> {
  try {
    if ((await access.list(net)).includes('LISTEN')) return;
  } catch {
    // Not to be seen any more, or nobody answers: what is in doubt is not kept.
  }
  store.leave(net);
}
