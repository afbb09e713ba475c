import type {
  LeaveReason,
  MembershipView,
  PatchEndReason,
  StateEventName,
  StateEvents,
} from '@sidetone/protocol';
import type { StateEventPayload } from '@sidetone/protocol';
import type {
  ChannelRecord,
  OrganizationState,
  ParticipantRecord,
  PatchRecord,
} from './organization-state.js';

/** What an event did to the state, with the records it concerned. */
export type StateChange =
  | {
      readonly kind: 'channelCreated' | 'channelUpdated' | 'channelMoved' | 'channelDeleted';
      readonly channel: ChannelRecord;
    }
  | {
      readonly kind: 'participantJoined' | 'participantUpdated' | 'participantAway';
      readonly participant: ParticipantRecord;
    }
  | {
      readonly kind: 'participantsAway';
      readonly participants: readonly ParticipantRecord[];
    }
  | {
      readonly kind: 'participantLeft';
      readonly participant: ParticipantRecord;
      readonly reason: LeaveReason;
    }
  | {
      readonly kind: 'membershipChanged';
      readonly channel: ChannelRecord;
      readonly participant: ParticipantRecord;
      readonly membership: MembershipView | null;
      readonly reason: LeaveReason | null;
    }
  | { readonly kind: 'permissionsChanged'; readonly permissions: readonly string[] }
  | { readonly kind: 'patchChanged'; readonly patch: PatchRecord }
  | {
      readonly kind: 'patchEnded';
      readonly patch: PatchRecord;
      readonly reason: PatchEndReason | null;
    };

export type StateEvent = {
  [E in StateEventName]: { readonly name: E; readonly payload: StateEventPayload<E> };
}[keyof StateEvents];

/** Applies one event. `null`: it names what this state does not have, and nothing was changed. */
export function applyStateEvent(state: OrganizationState, event: StateEvent): StateChange | null {
  switch (event.name) {
    case 'channelCreated':
    case 'channelUpdated':
    case 'channelMoved':
      return { kind: event.name, channel: state.putChannel(event.payload.channel) };
    case 'channelDeleted': {
      const channel = state.removeChannel(event.payload.channel);
      return channel ? { kind: 'channelDeleted', channel } : null;
    }
    case 'participantJoined':
    case 'participantUpdated':
      return { kind: event.name, participant: state.putParticipant(event.payload.participant) };
    case 'participantAway': {
      const { session, away } = event.payload;
      const participant = state.participants.get(session);
      if (!participant) return null;
      participant.view = { ...participant.view, away };
      return { kind: 'participantAway', participant };
    }
    case 'participantsAway': {
      const { sessions, away } = event.payload;
      const participants = sessions.flatMap((session) => {
        const participant = state.participants.get(session);
        if (!participant) return [];
        participant.view = { ...participant.view, away };
        return [participant];
      });
      return participants.length === 0 ? null : { kind: 'participantsAway', participants };
    }
    case 'participantLeft': {
      const participant = state.removeParticipant(event.payload.session);
      const { reason } = event.payload;
      return participant ? { kind: 'participantLeft', participant, reason } : null;
    }
    case 'membershipChanged':
      return applyMembership(state, event.payload);
    case 'permissionsChanged':
      state.permissions = event.payload.permissions;
      return { kind: event.name, permissions: state.permissions };
    case 'patchChanged':
      return { kind: 'patchChanged', patch: state.putPatch(event.payload.patch) };
    case 'patchEnded': {
      const patch = state.removePatch(event.payload.patch);
      const { reason = null } = event.payload;
      return patch ? { kind: 'patchEnded', patch, reason } : null;
    }
  }
}

function applyMembership(
  state: OrganizationState,
  payload: StateEventPayload<'membershipChanged'>,
): StateChange | null {
  const { session, membership, reason = null } = payload;
  const channel = state.channels.get(payload.channel);
  const participant = state.participants.get(session);
  if (!channel || !participant) return null;
  if (membership === null) channel.members.delete(session);
  else state.putMembership({ channel: payload.channel, session, membership });
  return { kind: 'membershipChanged', channel, participant, membership, reason };
}
