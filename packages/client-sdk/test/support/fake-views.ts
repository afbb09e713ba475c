import type { MembershipView, MethodResult } from '@sidetone/protocol';
import type { FakePeer } from './fake-peer.js';
import type { FakeServer } from './fake-server.js';

export const LIMITS = {
  messageBytes: 65_536,
  commandBurst: 20,
  commandsPerSecond: 5,
  targets: 16,
  routesPerTarget: 8,
  sources: 4,
  channelsJoined: 64,
};

/** In two parts, so that the client has to put them together. */
export function snapshotFor(
  self: FakePeer,
  others: readonly FakePeer[],
  server: FakeServer,
): readonly object[] {
  const everybody = [...others, self];
  const memberships = everybody.flatMap((peer) =>
    [...peer.memberships].map(([channel, membership]) => {
      const seen = peer === self ? membership : seenByOthers(membership);
      return { channel, session: peer.session, membership: seen };
    }),
  );
  const participants = everybody.map((peer) => peer.view);
  const channels = [...server.channels.values()];
  return [
    { part: 0, last: false, channels, participants: [], memberships: [], patches: [] },
    { part: 1, last: true, channels: [], participants, memberships, patches: server.patches },
  ];
}

export function seenByOthers(membership: MembershipView): MembershipView {
  const seen = { ...membership };
  delete seen.selected;
  delete seen.maxPriority;
  return seen;
}

export function giveNewHandles(
  targets: Map<string, MethodResult<'talk.register'>>,
  takeHandle: () => number,
): void {
  for (const [id, { source, handles }] of targets) {
    const renewed = handles.map(({ route }) => ({ handle: takeHandle(), route }));
    targets.set(id, { target: id, source, handles: renewed });
  }
}
