import type { DeniedCase } from './denied-case.js';

const OWN_LIFE = "it is the session's own life";
const OWN_TALK = 'it concerns what the session itself has registered';

/** Of the methods of the protocol. See `DeniedCase`. */
export const coreDeniedPaths: readonly DeniedCase[] = [
  {
    method: 'session.authenticate',
    free: 'it is the way in: the authenticator decides',
    code: 'INVALID_PARAMS',
    by: 'stranger',
    params: () => ({ method: 'none', credentials: {}, instance: 'x'.repeat(22) }),
  },
  {
    method: 'session.resume',
    free: 'it needs a token',
    code: 'SESSION_UNKNOWN',
    by: 'stranger',
    params: () => ({ token: 'x'.repeat(43), instance: 'x'.repeat(22), lastSeq: null }),
  },
  { method: 'session.close', free: OWN_LIFE, code: 'NOT_AUTHENTICATED', by: 'stranger' },
  { method: 'session.setState', free: OWN_LIFE, code: 'NOT_AUTHENTICATED', by: 'stranger' },

  { method: 'channel.join', needs: 'JOIN', params: ({ other }) => ({ channel: other }) },
  {
    method: 'channel.join',
    free: 'what is hidden is not there',
    code: 'NOT_FOUND',
    params: ({ hidden }) => ({ channel: hidden }),
  },
  {
    method: 'channel.join',
    free: 'without BYPASS_LIMIT',
    code: 'CHANNEL_FULL',
    params: ({ full }) => ({ channel: full }),
  },
  {
    method: 'channel.join',
    free: 'without BYPASS_PASSWORD',
    code: 'PASSWORD_REQUIRED',
    params: ({ locked }) => ({ channel: locked }),
  },
  {
    method: 'channel.leave',
    free: 'everybody may leave what they have joined',
    code: 'NOT_JOINED',
    params: ({ other }) => ({ channel: other }),
  },
  {
    method: 'channel.setMembership',
    free: "it is one's own membership",
    code: 'NOT_JOINED',
    params: ({ other }) => ({ channel: other, muted: true }),
  },
  {
    method: 'channel.create',
    needs: 'CREATE_CHANNEL',
    params: ({ own }) => ({ parent: own, name: 'Mine' }),
  },
  {
    method: 'channel.create',
    needs: 'CREATE_TEMPORARY',
    params: () => ({ parent: null, name: 'Mine', temporary: true }),
  },
  {
    method: 'channel.create',
    free: 'what is hidden is not there',
    code: 'NOT_FOUND',
    params: ({ hidden }) => ({ parent: hidden, name: 'Mine' }),
  },
  {
    method: 'channel.update',
    needs: 'EDIT_CHANNEL',
    params: ({ own }) => ({ channel: own, password: 'mine' }),
  },
  {
    method: 'channel.move',
    needs: 'EDIT_CHANNEL',
    params: ({ own, other }) => ({ channel: own, parent: other, position: 0 }),
  },
  {
    method: 'channel.move',
    free: 'what is hidden is not there',
    code: 'NOT_FOUND',
    params: ({ hidden }) => ({ channel: hidden, parent: null, position: 0 }),
  },
  { method: 'channel.delete', needs: 'DELETE_CHANNEL', params: ({ own }) => ({ channel: own }) },
  {
    method: 'channel.setStance',
    needs: 'SET_STANCE',
    params: ({ own }) => ({ channel: own, minTalkPriority: 2 }),
  },
  {
    method: 'patch.create',
    needs: 'PATCH',
    params: ({ full, locked }) => ({ channels: [full, locked] }),
  },
  { method: 'patch.end', needs: 'PATCH', params: ({ patch }) => ({ patch }) },

  {
    method: 'talk.register',
    needs: 'SPEAK',
    params: ({ own }) => ({ target: { channels: [own] } }),
  },
  { method: 'talk.register', needs: 'SHOUT', params: ({ own }) => ({ target: { subtree: own } }) },
  {
    method: 'talk.register',
    needs: 'WHISPER',
    params: ({ user }) => ({ target: { users: [user] } }),
  },
  {
    method: 'talk.unregister',
    free: OWN_TALK,
    code: 'NOT_FOUND',
    params: ({ target }) => ({ target }),
  },
  {
    method: 'keys.fetch',
    free: 'keys are given to who holds the route',
    code: 'NOT_FOUND',
    params: ({ route }) => ({ route }),
  },
  {
    method: 'voice.setPath',
    free: "it is the way of the session's own voice",
    code: 'NOT_FOUND',
    params: () => ({ downlink: 'udp' }),
  },

  { method: 'voice.report', free: OWN_TALK, code: 'NOT_AUTHENTICATED', by: 'stranger' },

  {
    method: 'participant.mute',
    needs: 'MUTE',
    params: ({ session, own }) => ({ session, channel: own, muted: true }),
  },
  {
    method: 'participant.deafen',
    needs: 'DEAFEN',
    params: ({ session, own }) => ({ session, channel: own, deafened: true }),
  },
  {
    method: 'participant.move',
    needs: 'MOVE',
    params: ({ session, own, other }) => ({ session, from: own, to: other }),
  },
  {
    method: 'participant.move',
    needs: 'JOIN',
    params: ({ self, own, other }) => ({ session: self, from: own, to: other }),
  },
  { method: 'participant.kick', needs: 'KICK', params: ({ session }) => ({ session }) },
  { method: 'participant.ban', needs: 'BAN', params: ({ session }) => ({ session }) },
  // Of oneself as well: it reaches others of the same address.
  { method: 'participant.ban', needs: 'BAN', params: ({ self }) => ({ session: self }) },

  {
    method: 'access.explain',
    needs: 'MANAGE_ROLES',
    params: ({ user }) => ({ permission: 'JOIN', user }),
  },
  {
    method: 'access.explain',
    free: 'what is hidden is not there',
    code: 'NOT_FOUND',
    params: ({ hidden }) => ({ permission: 'JOIN', channel: hidden }),
  },
  {
    method: 'access.list',
    free: 'everybody may know what they may do',
    code: 'NOT_FOUND',
    params: ({ hidden }) => ({ channel: hidden }),
  },

  {
    method: 'settings.get',
    free: "it is one's own document",
    code: 'NOT_AUTHENTICATED',
    by: 'stranger',
  },
  {
    method: 'settings.put',
    free: "it is one's own document",
    code: 'ACCESS_DENIED',
    params: () => ({ document: {}, version: 0 }),
  },
  {
    method: 'organization.list',
    free: 'it names only what one may enter',
    code: 'NOT_AUTHENTICATED',
    by: 'stranger',
  },
];
