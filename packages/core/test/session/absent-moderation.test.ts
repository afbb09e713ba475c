import { randomUUID } from 'node:crypto';
import type { MembershipView } from '@sidetone/protocol';
import { expect } from 'chai';
import { everythingAllowed } from '../domain/everything-allowed.js';
import { enterAs, knownPeople } from '../domain/known-people.js';
import { openDoor, type OpenDoor } from '../domain/open-door.js';
import type { TestPeer } from '../domain/test-peer.js';

type Peer = TestPeer & { readonly session: string };

describe('What moderators have done to somebody', () => {
  let door: OpenDoor;
  let moderator: Peer;
  let guest: Peer;
  let lobby: string;
  let other: string;

  beforeEach(async () => {
    door = await openDoor([knownPeople(), everythingAllowed], {
      initialChannels: ['Lobby', 'Other'],
      limits: { commandBurst: 100 },
    });
    const idOf = (name: string): string =>
      door.server.organization().channels.find(name)?.id ?? expect.fail(`no ${name}`);
    [lobby, other] = [idOf('Lobby'), idOf('Other')];
    moderator = await enterAs(door, { userId: randomUUID() });
    guest = await enterAs(door, { userId: randomUUID(), guest: true });
    await guest.request('channel.join', { channel: lobby });
    const about = { session: guest.session, channel: lobby };
    await moderator.request('participant.mute', { ...about, muted: true });
    await moderator.request('participant.deafen', { ...about, deafened: true });
  });

  afterEach(() => door.server.stop());

  const join = async (): Promise<MembershipView> =>
    (await guest.request('channel.join', { channel: lobby })).membership;

  it('holds when they have left the channel and are back', async () => {
    await guest.request('channel.leave', { channel: lobby });
    expect(await join()).to.include({ mutedByModerator: true, deafenedByModerator: true });
  });

  it('holds when they have moved themselves out and in', async () => {
    const { session } = guest;
    await guest.request('participant.move', { session, from: lobby, to: other });
    await guest.request('participant.move', { session, from: other, to: lobby });
    expect(await join()).to.include({ mutedByModerator: true, deafenedByModerator: true });
  });

  it('is over where a moderator has ended it, and does not come back', async () => {
    await guest.request('channel.leave', { channel: lobby });
    await join();
    const about = { session: guest.session, channel: lobby };
    await moderator.request('participant.mute', { ...about, muted: false });
    await guest.request('channel.leave', { channel: lobby });
    expect(await join()).to.include({ mutedByModerator: false, deafenedByModerator: true });
  });
});
