import type { MethodName } from '@sidetone/protocol';

/** What a command can name of an organization. */
export interface Ids {
  readonly channel: string;
  readonly session: string;
  readonly user: string;
  readonly target: string;
  readonly route: string;
}

export type Ask = readonly [MethodName, (ids: Ids, own: Ids) => object];

/** Every command that names something, with everything that it can name. */
export const asks: readonly Ask[] = [
  ['channel.join', ({ channel }) => ({ channel })],
  ['channel.leave', ({ channel }) => ({ channel })],
  ['channel.setMembership', ({ channel }) => ({ channel, muted: true })],
  ['channel.create', ({ channel }) => ({ parent: channel, name: 'Theirs' })],
  ['channel.update', ({ channel }) => ({ channel, name: 'Theirs' })],
  ['channel.move', ({ channel }) => ({ channel, parent: null, position: 0 })],
  ['channel.delete', ({ channel }) => ({ channel })],
  ['access.explain', ({ channel }) => ({ permission: 'JOIN', channel })],
  ['access.explain', ({ session }) => ({ permission: 'MUTE', session })],
  ['access.explain', ({ user }) => ({ permission: 'JOIN', user })],
  ['access.list', ({ channel }) => ({ channel })],
  ['channel.setStance', ({ channel }) => ({ channel, minTalkPriority: 2 })],
  ['patch.create', (theirs, own) => ({ channels: [own.channel, theirs.channel] })],
  ['patch.end', ({ target: patch }) => ({ patch })],
  ['talk.register', ({ channel }) => ({ target: { channels: [channel] } })],
  ['talk.register', ({ channel }) => ({ target: { subtree: channel } })],
  ['talk.unregister', ({ target }) => ({ target })],
  ['keys.fetch', ({ route }) => ({ route })],
  ['participant.mute', ({ session, channel }) => ({ session, channel, muted: true })],
  ['participant.deafen', ({ session, channel }) => ({ session, channel, deafened: true })],
  ['participant.move', ({ session, channel }) => ({ session, from: channel, to: channel })],
  ['participant.mute', ({ session }, { channel }) => ({ session, channel, muted: true })],
  ['participant.mute', ({ channel }, { session }) => ({ session, channel, muted: true })],
  ['participant.deafen', ({ channel }, { session }) => ({ session, channel, deafened: true })],
  ['participant.move', ({ channel: to }, { session, channel: from }) => ({ session, from, to })],
  ['participant.move', ({ session }, { channel }) => ({ session, from: channel, to: channel })],
  ['channel.move', ({ channel: parent }, { channel }) => ({ channel, parent, position: 0 })],
  ['talk.register', (theirs, own) => ({ target: { channels: [own.channel, theirs.channel] } })],
  ['participant.kick', ({ session }) => ({ session })],
  ['participant.ban', ({ session }) => ({ session, network: true })],
];
