import type {
  MethodName,
  secretNotifications,
  ServerMethodName,
  sessionNotifications,
  SignalName,
  StateEventName,
} from '@sidetone/protocol';

/** A sentence or two for each message: what it is for, and what it needs. */

export const methodSummaries: { readonly [M in MethodName]: string } = {
  'session.authenticate':
    'Signs in and opens the session. Everything the client has to know comes with the answer and with the snapshot behind it.',
  'session.resume':
    'Goes on with a session on this connection, with all it had; one that still has another is displaced from it. The same `instance` keeps the session, its handles, keys and counters; another one gets a new session in the same channels. After a restart of the server the same `instance` gets its session back under its old id, with `restored`: channels, mutes and targets as rights allow, and all that belongs to voice anew. `SESSION_UNKNOWN`: sign in on this connection instead.',
  'session.close':
    'Ends the session. The answer comes first, then the close with the reason `SESSION_CLOSED`.',
  'session.setState': 'Mutes or deafens the caller on all nets. What is left out stays as it is.',
  'channel.join':
    'Makes the session a member of the channel, listening unless it says otherwise, and answers with the keys of the channel. Needs `JOIN`, and the password where the channel has one and the caller lacks `BYPASS_PASSWORD`. Who is a member already gets the same answer; `listening` changes nothing then.',
  'channel.leave': 'Ends the membership. The keys of the channel change soon after.',
  'channel.setMembership':
    'Changes the caller’s own membership. What is left out stays as it is. None of it changes who holds which keys.',
  'channel.create':
    'Adds a channel behind its siblings. Needs `CREATE_CHANNEL`, or `CREATE_TEMPORARY` for a temporary one, at the parent.',
  'channel.update': 'Changes name, topic or limit. Needs `EDIT_CHANNEL`.',
  'channel.move':
    'Moves a channel with all below it. Needs `EDIT_CHANNEL`, and `CREATE_CHANNEL` at the new parent.',
  'channel.delete':
    'Deletes a channel with all below it; its members leave with the reason `channelDeleted`. Needs `DELETE_CHANNEL`.',
  'channel.setStance':
    'Sets the lowest class that may talk on a net: free, disciplined, command only, or hold. Needs `SET_STANCE`. Transmissions below a raised stance end with `revoked`.',
  'patch.create':
    'Joins two to eight nets for a while: who hears one of them hears all. Needs `PATCH` on each. `ALREADY_EXISTS` for a net that is in another patch.',
  'patch.end': 'Ends a patch. For its owner, and for who has `PATCH` on all its nets.',
  'access.explain':
    'Whether the caller may do something, and the rules that decide it. `user` asks about somebody else and needs `MANAGE_ROLES`. What the caller may not see is not named.',
  'access.list': 'All that the caller may do in a channel, or in the organization.',
  'talk.register':
    'Says ahead where a voice will go, and answers with one talk handle for each route of the target. The keys to seal with are installed before the answer. A `source` exists from its first use on; without one it is `microphone`.',
  'talk.unregister': 'Takes a target back. Its handles mean nothing any more.',
  'participant.mute':
    'Keeps a member from speaking in one channel. Needs `MUTE`. Named by itself, a session mutes itself.',
  'participant.deafen':
    'Keeps a member from hearing one channel. Needs `DEAFEN`. Named by itself, a session deafens itself.',
  'participant.move':
    'Moves a member from one channel to another, past a full channel too. Needs `MOVE` at both; the one who is moved has to be able to see the new channel.',
  'participant.kick':
    'Ends somebody’s session. They are told the reason and do not come back by themselves. Needs `KICK`.',
  'participant.ban':
    'Ends somebody’s session and keeps them out of the organization. They are told the reason and the end. Needs `BAN`.',
  'settings.get':
    'The document that the caller’s client has kept for its user: gain, pan and keys of nets, for instance. Version 0: there is none yet. `ACCESS_DENIED` for guests, who keep nothing.',
  'settings.put':
    'Replaces the document of the user, in all organizations. `VERSION_CONFLICT` where another client of theirs has replaced it since it was read: read it again. Nobody is told of it.',
  'organization.list': 'The organizations that the caller may sign in to, by name.',
  'voice.report':
    'A listener says how voice reaches it: each second while it loses frames, every 5 s while it does not. The server tells the talkers what they can do something about.',
  'voice.setPath':
    'Says on which path the server is to send voice. `NOT_FOUND` for a path that has not been proven.',
  'keys.fetch':
    'Asks for the live keys of a route that the caller is entitled to: after a frame with an unknown key, or an activation of an epoch that it does not hold.',
};

export const serverMethodSummaries: { readonly [M in ServerMethodName]: string } = {
  'keys.install':
    'Gives the keys of one epoch of a route. The answer, an empty object, acknowledges that they are held.',
};

export const sessionNotificationSummaries: {
  readonly [N in keyof typeof sessionNotifications]: string;
} = {
  hello: 'The first message of a connection, and the only one before the session begins.',
  snapshotPart:
    'All that the session may see, as of the `seq` in the answer that began or resumed the session, in messages of at most 32 KiB. State events from `seq` + 1 on follow the last part.',
  closing:
    'The last message before the server closes: why, and when to come back. `reason` is a name from the table of close codes.',
};

export const stateEventSummaries: { readonly [E in StateEventName]: string } = {
  channelCreated: 'A channel is there, or the session may see it from now on.',
  channelUpdated: 'Name, topic or limit of a channel are new.',
  channelMoved: 'A channel has another parent or position.',
  channelDeleted: 'A channel is gone, or the session may not see it any more.',
  participantJoined: 'Somebody is there, or the session may see them from now on.',
  participantUpdated: 'Somebody has muted or deafened themselves on all nets, or undone it.',
  participantAway:
    'Somebody’s control connection is cut, or they are back. They keep their memberships, and their voice may go on over UDP.',
  participantsAway:
    'The same of several at once, in place of one event each: when many are cut off or come back together.',
  participantLeft: 'Somebody is gone, or the session may not see them any more.',
  membershipChanged: 'Somebody has joined or left a channel, or their membership is another.',
  permissionsChanged:
    'What the session may do has changed, or may have, here or there. The list is that of the organization; for channels ask `access.list` again.',
  patchChanged: 'Nets are patched, or a patch is not what it was before.',
  patchEnded: 'A patch is over, or the session sees none of its nets any more.',
};

export const signalSummaries: { readonly [S in SignalName]: string } = {
  tick: 'Every 2 s: the number of the last state event that was sent. A client that has not got that far has missed some.',
  transmissionStarted:
    'Somebody talks. `routes` are those that this listener hears or has joined; the de-duplicated frames name only one of them.',
  transmissionUpdated:
    'Every 2 s during a transmission, and when its routes change for this listener.',
  transmissionEnded: 'Somebody has stopped, or was stopped.',
  transmissionEnding: 'To the talker: the longest transmission of this net is nearly over.',
  transmissionRefused:
    'To the talker: frames on this talk handle are dropped until it releases. `holder` is the session that has the floor.',
  voiceFeedback:
    'To the talker, each second while it talks: what is lost on the way to the server, and on the ways to its listeners.',
  voicePathChanged: 'The server sends voice on another path from now on.',
};

export const secretSummaries: { readonly [N in keyof typeof secretNotifications]: string } = {
  'keys.activate': 'Seal with this epoch from now on. Who does not hold it asks `keys.fetch`.',
  'keys.senders': 'More senders of a route: which source seals with which index.',
};
