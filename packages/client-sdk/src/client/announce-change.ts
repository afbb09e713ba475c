import type { StateChange } from '../state/apply-state-event.js';
import type { Directory } from '../state/directory.js';
import type { Announce } from './client-events.js';

/** Tells the app of a change in terms of live objects. */
export function announceChange(
  change: StateChange,
  directory: Directory,
  announce: Announce,
): void {
  switch (change.kind) {
    case 'channelCreated':
    case 'channelUpdated':
    case 'channelMoved':
    case 'channelDeleted':
      return announce(change.kind, { channel: directory.channelOf(change.channel) });
    case 'participantJoined':
    case 'participantUpdated':
    case 'participantAway':
      return announce(change.kind, { participant: directory.participantOf(change.participant) });
    case 'participantsAway':
      for (const record of change.participants) {
        announce('participantAway', { participant: directory.participantOf(record) });
      }
      return;
    case 'participantLeft': {
      const participant = directory.participantOf(change.participant);
      return announce('participantLeft', { participant, reason: change.reason });
    }
    case 'membershipChanged':
      return announce('membershipChanged', {
        channel: directory.channelOf(change.channel),
        participant: directory.participantOf(change.participant),
        membership: change.membership,
        reason: change.reason,
      });
    case 'permissionsChanged':
      return announce('permissionsChanged', { permissions: change.permissions });
    case 'patchChanged':
      return announce('patchChanged', { patch: directory.patchOf(change.patch) });
    case 'patchEnded': {
      const patch = directory.patchOf(change.patch);
      return announce('patchEnded', { patch, reason: change.reason });
    }
  }
}
