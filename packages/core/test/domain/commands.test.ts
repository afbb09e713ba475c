import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { ChannelStore, MemoryChannelStore, type Plugin } from '../../src/index.js';
import { openDoor, settle, type OpenDoor } from './open-door.js';
import { refusalOf } from './test-peer.js';

const unlimited = { limits: { commandBurst: 1000 } };

describe('Commands', () => {
  let door: OpenDoor;

  afterEach(() => door.server.stop());

  const channelNamed = (name: string): string =>
    door.server.organization().channels.find(name)?.id ?? expect.fail(`no channel ${name}`);

  it('tell everybody who joined, before the answer, and number events without gaps', async () => {
    door = await openDoor();
    const ann = await door.enter('Ann');
    const bob = await door.enter('Bob');
    const lobby = channelNamed('Lobby');
    const { membership, keys } = await bob.request('channel.join', { channel: lobby });
    expect(membership).to.include({ listening: true, selected: false });
    expect(keys).to.have.lengthOf(1);
    expect(keys[0]).to.have.property('secret');
    await ann.request('channel.join', { channel: lobby });
    await ann.request('channel.leave', { channel: lobby });
    const seen = ann.events.map(({ method, params }) => [method, params['session']]);
    expect(seen).to.deep.equal([
      ['participantJoined', undefined],
      ['membershipChanged', bob.session],
      ['membershipChanged', ann.session],
      ['membershipChanged', ann.session],
    ]);
    for (const peer of [ann, bob]) {
      const numbers = peer.events.map(({ params }) => params['seq']);
      expect(numbers).to.deep.equal(numbers.map((_, index) => index + 1));
    }
    expect(ann.events.at(-1)?.params).to.include({ membership: null, reason: 'left' });
  });

  it('show a choice of the copy to the member alone', async () => {
    door = await openDoor();
    const ann = await door.enter('Ann');
    const bob = await door.enter('Bob');
    const channel = channelNamed('Lobby');
    await ann.request('channel.join', { channel });
    const before = bob.events.length;
    const { membership } = await ann.request('channel.setMembership', { channel, selected: true });
    expect(membership).to.include({ selected: true });
    expect(bob.events).to.have.lengthOf(before);
    await ann.request('channel.setMembership', { channel, listening: false });
    expect(bob.events.at(-1)?.params['membership']).to.not.have.property('selected');
    expect(bob.events.at(-1)?.params['membership']).to.include({ listening: false });
  });

  it('give one free seat to one of two who ask at once', async () => {
    door = await openDoor();
    const { channels } = door.server.organization();
    const { id: channel } = await channels.create({ name: 'Cockpit', participantLimit: 1 });
    const ann = await door.enter('Ann');
    const bob = await door.enter('Bob');
    const results = await Promise.all(
      [ann, bob].map((peer) => refusalOf(peer.request('channel.join', { channel }))),
    );
    expect(results.sort()).to.deep.equal(['CHANNEL_FULL', undefined]);
  });

  it('hold the limit of channels joined', async () => {
    door = await openDoor([], {
      initialChannels: ['A', 'B', 'C'],
      limits: { channelsJoined: 2 },
    });
    const ann = await door.enter('Ann');
    for (const name of ['A', 'B'])
      await ann.request('channel.join', { channel: channelNamed(name) });
    const third = ann.request('channel.join', { channel: channelNamed('C') });
    expect(await refusalOf(third)).to.equal('LIMIT_EXCEEDED');
  });

  it('answer alike for an unknown channel, participant or membership, and change nothing', async () => {
    door = await openDoor([], unlimited);
    const ann = await door.enter('Ann');
    const channel = channelNamed('Lobby');
    const nobody = randomUUID();
    const answers = [
      refusalOf(ann.request('channel.join', { channel: nobody })),
      refusalOf(ann.request('channel.leave', { channel })),
      refusalOf(ann.request('channel.setMembership', { channel, muted: true })),
      refusalOf(ann.request('participant.kick', { session: nobody })),
      refusalOf(ann.request('talk.unregister', { target: nobody })),
      refusalOf(ann.request('keys.fetch', { route: nobody })),
    ];
    expect(await Promise.all(answers)).to.deep.equal([
      'NOT_FOUND',
      'NOT_JOINED',
      'NOT_JOINED',
      'NOT_FOUND',
      'NOT_FOUND',
      'NOT_FOUND',
    ]);
  });

  it('deny guests what only the embedding program may do', async () => {
    door = await openDoor([], unlimited);
    const ann = await door.enter('Ann');
    const bob = await door.enter('Bob');
    const channel = channelNamed('Lobby');
    await bob.request('channel.join', { channel });
    const denied = [
      refusalOf(ann.request('channel.create', { parent: null, name: 'Mine' })),
      refusalOf(ann.request('channel.create', { parent: null, name: 'Mine', temporary: true })),
      refusalOf(ann.request('channel.update', { channel, name: 'Mine' })),
      refusalOf(ann.request('channel.move', { channel, parent: null, position: 3 })),
      refusalOf(ann.request('channel.delete', { channel })),
      refusalOf(ann.request('participant.mute', { session: bob.session, channel, muted: true })),
      refusalOf(
        ann.request('participant.deafen', { session: bob.session, channel, deafened: true }),
      ),
      refusalOf(
        ann.request('participant.move', { session: bob.session, from: channel, to: channel }),
      ),
      refusalOf(ann.request('participant.kick', { session: bob.session })),
    ];
    expect(new Set(await Promise.all(denied))).to.deep.equal(new Set(['ACCESS_DENIED']));
    expect(
      (await door.server.organization().audit()).every(({ outcome }) => outcome === 'refused'),
    ).to.equal(false, 'creating the Lobby was committed');
  });

  it('let everybody mute themselves, on one net and on all', async () => {
    door = await openDoor();
    const ann = await door.enter('Ann');
    const bob = await door.enter('Bob');
    const channel = channelNamed('Lobby');
    await ann.request('channel.join', { channel });
    await ann.request('participant.mute', { session: ann.session, channel, muted: true });
    expect(bob.events.at(-1)?.params['membership']).to.include({
      muted: true,
      mutedByModerator: false,
    });
    await ann.request('session.setState', { muted: true, deafened: true });
    expect(bob.events.at(-1)).to.have.nested.property('params.participant.muted', true);
    const before = bob.events.length;
    await ann.request('session.setState', { muted: true });
    expect(bob.events).to.have.lengthOf(before);
  });

  it('keep a moderator’s mute apart from the member’s own', async () => {
    door = await openDoor();
    const ann = await door.enter('Ann');
    const channel = channelNamed('Lobby');
    await ann.request('channel.join', { channel });
    await door.server.organization().participants.mute(ann.session, channel, true);
    await ann.request('channel.setMembership', { channel, muted: false });
    const { memberships } =
      door.server.organization().participants.get(ann.session) ?? expect.fail();
    expect(memberships.get(channel)).to.include({ muted: false, mutedByModerator: true });
  });

  it('move a participant with its keys, and tell why it left', async () => {
    door = await openDoor([], { initialChannels: ['Command', 'Flight'] });
    const [command, flight] = [channelNamed('Command'), channelNamed('Flight')];
    const ann = await door.enter('Ann');
    await ann.request('channel.join', { channel: command });
    await door.server.organization().participants.move(ann.session, command, flight);
    await settle();
    expect(ann.installed.map(({ route }) => route.channel)).to.include(flight);
    expect(ann.events.at(-1)?.params).to.include({ channel: command, reason: 'moved' });
    const { participants } = door.server.organization();
    expect([...(participants.get(ann.session)?.memberships.keys() ?? [])]).to.deep.equal([flight]);
  });

  it('kick with a reason and never back', async () => {
    door = await openDoor();
    const ann = await door.enter('Ann');
    const bob = await door.enter('Bob');
    await door.server.organization().participants.kick(ann.session, 'shouting');
    expect(ann.closeReason).to.equal('KICKED');
    expect(ann.heard('closing')[0]).to.include({ reason: 'KICKED', message: 'shouting' });
    expect(bob.events.at(-1)).to.deep.include({
      method: 'participantLeft',
      params: { seq: 1, session: ann.session, reason: 'kicked' },
    });
  });

  it('close a session that asks for it, after the answer', async () => {
    door = await openDoor();
    const ann = await door.enter('Ann');
    expect(await ann.request('session.close', {})).to.deep.equal({});
    await settle();
    expect(ann.closeReason).to.equal('SESSION_CLOSED');
    expect(door.server.organization().participants.list()).to.deep.equal([]);
  });

  it('change nothing and tell nobody where the store refuses', async () => {
    const store = new MemoryChannelStore();
    let failing = false;
    const put = store.put.bind(store);
    store.put = (record) => (failing ? Promise.reject(new Error('disk full')) : put(record));
    const plugin: Plugin = {
      name: 'store',
      version: '1.0.0',
      provides: [ChannelStore],
      setup: (ctx) => ctx.provide(ChannelStore, () => store),
    };
    door = await openDoor([plugin]);
    const ann = await door.enter('Ann');
    failing = true;
    const { channels } = door.server.organization();
    const failure = await channels.create({ name: 'New' }).catch((error: Error) => error.message);
    expect(failure).to.equal('disk full');
    const renamed = channels.update(channelNamed('Lobby'), { name: 'Hall' });
    expect(await renamed.catch((error: Error) => error.message)).to.equal('disk full');
    expect(channels.list().map(({ name }) => name)).to.deep.equal(['Lobby']);
    expect(ann.events).to.deep.equal([]);
  });

  it('delete a subtree leaves first, and its members leave with the reason', async () => {
    door = await openDoor();
    const { channels } = door.server.organization();
    const top = await channels.create({ name: 'Operations' });
    const below = await channels.create({ name: 'Flight', parent: top.id });
    const ann = await door.enter('Ann');
    await ann.request('channel.join', { channel: below.id });
    await channels.delete(top.id);
    expect(
      ann.events.slice(-3).map(({ method, params }) => [method, params['channel']]),
    ).to.deep.equal([
      ['membershipChanged', below.id],
      ['channelDeleted', below.id],
      ['channelDeleted', top.id],
    ]);
  });

  it('remove a temporary channel with its last participant', async () => {
    door = await openDoor();
    const { channels } = door.server.organization();
    const { id: channel } = await channels.create({ name: 'Side talk', temporary: true });
    const ann = await door.enter('Ann');
    await ann.request('channel.join', { channel });
    await ann.request('channel.leave', { channel });
    expect(channels.get(channel)).to.equal(undefined);
    expect(ann.events.at(-1)).to.have.property('method', 'channelDeleted');
  });

  it('remove a temporary channel with the empty temporary ones above it', async () => {
    door = await openDoor();
    const { channels } = door.server.organization();
    const above = await channels.create({ name: 'Above', temporary: true });
    const below = await channels.create({ name: 'Below', temporary: true, parent: above.id });
    const ann = await door.enter('Ann');
    for (const { id: channel } of [above, below]) await ann.request('channel.join', { channel });
    for (const { id: channel } of [above, below]) await ann.request('channel.leave', { channel });
    expect(channels.list().map(({ name }) => name)).to.deep.equal(['Lobby']);
  });

  it('keep nothing below a temporary channel that a restart would leave without a parent', async () => {
    door = await openDoor();
    const { channels } = door.server.organization();
    const { id: parent } = await channels.create({ name: 'Side talk', temporary: true });
    const created = await channels
      .create({ name: 'Kept', parent })
      .catch((error: unknown) => error);
    expect(created).to.have.property('code', 'INVALID_PARAMS');
    const moved = await channels
      .move(channelNamed('Lobby'), { parent, position: 0 })
      .catch((error: unknown) => error);
    expect(moved).to.have.property('code', 'INVALID_PARAMS');
  });

  it('update and move channels for everybody', async () => {
    door = await openDoor();
    const { channels } = door.server.organization();
    const ann = await door.enter('Ann');
    const top = await channels.create({ name: 'Operations' });
    const moved = await channels.move(channelNamed('Lobby'), { parent: top.id, position: 7 });
    expect(moved).to.include({ parent: top.id, position: 7 });
    await channels.update(top.id, { topic: 'Radio discipline', participantLimit: 5 });
    expect(ann.events.map(({ method }) => method)).to.deep.equal([
      'channelCreated',
      'channelMoved',
      'channelUpdated',
    ]);
  });

  it('are audited under the name that the program gives', async () => {
    door = await openDoor();
    const admin = door.server.organization().as('duty officer');
    await admin.channels.create({ name: 'Ground' });
    const [entry] = await admin.audit(1);
    expect(entry).to.deep.include({
      actor: { kind: 'program', name: 'duty officer' },
      action: 'channel.create',
      outcome: 'committed',
    });
  });

  it('refuse the program’s wrong shapes as they refuse a client’s', async () => {
    door = await openDoor();
    const { channels } = door.server.organization();
    const refused = await channels.create({ name: '' }).catch((error: unknown) => error);
    expect(refused).to.have.property('code', 'INVALID_PARAMS');
  });
});
