import type {
  ChannelView,
  LeaveReason,
  MembershipView,
  ParticipantView,
  PatchView,
} from '@sidetone/protocol';
import type { StateEvent } from './apply-state-event.js';
import type { ChannelRecord, OrganizationState } from './organization-state.js';

/**
 * What must have happened between two states, as the events that lead from the one to the other:
 * leaves before joins, because who came back has the name of who left; patches between nets that are there; channels from the top down,
 * their deletion from the bottom up. Equal states give none. Why somebody left is not known any
 * more: the reason is `disconnected`.
 */
export function differences(before: OrganizationState, after: OrganizationState): StateEvent[] {
  return [
    ...patchesEnded(before, after),
    ...membershipsEnded(before, after),
    ...participantsLeft(before, after),
    ...channelsDeleted(before, after),
    ...channelsChanged(before, after),
    ...participantsChanged(before, after),
    ...membershipsChanged(before, after),
    ...patchesChanged(before, after),
  ];
}

function patchesEnded(before: OrganizationState, after: OrganizationState): StateEvent[] {
  return [...before.patches.keys()]
    .filter((id) => !after.patches.has(id))
    .map((patch) => ({ name: 'patchEnded', payload: { patch } }));
}

function membershipsEnded(before: OrganizationState, after: OrganizationState): StateEvent[] {
  const events: StateEvent[] = [];
  for (const [channel, { members }] of before.channels) {
    const remaining = after.channels.get(channel);
    for (const session of members.keys()) {
      if (remaining?.members.has(session)) continue;
      const isHere = after.participants.has(session);
      const reason: LeaveReason | null = !isHere
        ? 'disconnected'
        : remaining === undefined
          ? 'channelDeleted'
          : null;
      const payload = { channel, session, membership: null };
      events.push({
        name: 'membershipChanged',
        payload: reason === null ? payload : { ...payload, reason },
      });
    }
  }
  return events;
}

function participantsLeft(before: OrganizationState, after: OrganizationState): StateEvent[] {
  return [...before.participants.keys()]
    .filter((session) => !after.participants.has(session))
    .map((session) => ({ name: 'participantLeft', payload: { session, reason: 'disconnected' } }));
}

function channelsDeleted(before: OrganizationState, after: OrganizationState): StateEvent[] {
  return topDown(before.channels)
    .filter(({ id }) => !after.channels.has(id))
    .reverse()
    .map(({ id }) => ({ name: 'channelDeleted', payload: { channel: id } }));
}

function channelsChanged(before: OrganizationState, after: OrganizationState): StateEvent[] {
  return topDown(after.channels).flatMap((channel): StateEvent[] => {
    const known = before.channels.get(channel.id)?.view;
    const payload = { channel };
    if (known === undefined) return [{ name: 'channelCreated', payload }];
    if (isSame(known, channel)) return [];
    const { parent, position } = known;
    const hasMoved = parent !== channel.parent || position !== channel.position;
    const hasChanged = !isSame({ ...channel, parent, position }, known);
    return [
      ...(hasMoved ? [{ name: 'channelMoved', payload } as const] : []),
      ...(hasChanged ? [{ name: 'channelUpdated', payload } as const] : []),
    ];
  });
}

function participantsChanged(before: OrganizationState, after: OrganizationState): StateEvent[] {
  return Array.from(after.participants.values(), ({ view }) => view).flatMap(
    (participant): StateEvent[] => {
      const { session, away } = participant;
      const known = before.participants.get(session)?.view;
      const payload = { participant };
      if (known === undefined) return [{ name: 'participantJoined', payload }];
      const hasChanged = !isSame({ ...known, away }, participant);
      return [
        ...(known.away === away
          ? []
          : [{ name: 'participantAway', payload: { session, away } } as const]),
        ...(hasChanged ? [{ name: 'participantUpdated', payload } as const] : []),
      ];
    },
  );
}

function membershipsChanged(before: OrganizationState, after: OrganizationState): StateEvent[] {
  const events: StateEvent[] = [];
  for (const [channel, { members }] of after.channels) {
    const known = before.channels.get(channel)?.members;
    for (const [session, { view: membership }] of members) {
      const former = known?.get(session)?.view;
      if (former !== undefined && isSame(former, membership)) continue;
      events.push({ name: 'membershipChanged', payload: { channel, session, membership } });
    }
  }
  return events;
}

function patchesChanged(before: OrganizationState, after: OrganizationState): StateEvent[] {
  return Array.from(after.patches.values(), ({ view }) => view)
    .filter((patch) => {
      const known = before.patches.get(patch.id)?.view;
      return known === undefined || !isSame(known, patch);
    })
    .map((patch) => ({ name: 'patchChanged', payload: { patch } }));
}

/** Parents ahead of their children; one whose parent is not there counts as topmost. */
function topDown(channels: ReadonlyMap<string, ChannelRecord>): ChannelView[] {
  const ordered: ChannelView[] = [];
  const visited = new Set<string>();
  // Neither a circle nor thousands of levels may bring the client down.
  for (const { view } of channels.values()) {
    const path: ChannelView[] = [];
    let next: ChannelView | undefined = view;
    while (next !== undefined && !visited.has(next.id)) {
      visited.add(next.id);
      path.push(next);
      next = next.parent === null ? undefined : channels.get(next.parent)?.view;
    }
    ordered.push(...path.reverse());
  }
  return ordered;
}

type View = ChannelView | ParticipantView | MembershipView | PatchView;

/** Views are JSON; a field that this version does not know counts, too. */
function isSame(left: View, right: View): boolean {
  return isSameJson(left, right);
}

function isSameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || !left || !right) return false;
  const [some, others] = [Object.entries(left), new Map(Object.entries(right))];
  if (some.length !== others.size) return false;
  return some.every(([key, value]) => others.has(key) && isSameJson(value, others.get(key)));
}
