import { expect } from 'chai';
import type { AccessScope, AccessSubject, OrganizationApi } from '../../src/index.js';
import { openDoor, settle, type OpenDoor } from '../domain/open-door.js';
import { ReturningClient } from '../domain/returning-client.js';
import { refusalOf, type TestPeer } from '../domain/test-peer.js';
import { ScriptedPolicy } from '../double/scripted-policy.js';

const unlimited = { limits: { commandBurst: 1000, commandsPerSecond: 1000 } };

describe('Rights of live sessions', () => {
  let door: OpenDoor;
  let policy: ScriptedPolicy;
  let organization: OrganizationApi;
  /** "Ann JOIN Lobby", or "* VIEW Vault": what is denied, to whom and where. */
  const denied = new Set<string>();

  const decide = ({ identity }: AccessSubject, permission: string, scope: AccessScope): boolean => {
    const { channelId, sessionId } = scope;
    const where =
      channelId === undefined
        ? sessionId === undefined
          ? ''
          : ' @'
        : ` ${organization.channels.get(channelId)?.name ?? ''}`;
    return ![identity.displayName, '*'].some((who) => denied.has(`${who} ${permission}${where}`));
  };

  beforeEach(async () => {
    denied.clear();
    policy = new ScriptedPolicy((...question) => decide(...question));
    door = await openDoor([policy.plugin], { initialChannels: ['Lobby', 'Vault'], ...unlimited });
    organization = door.server.organization();
  });

  afterEach(() => door.server.stop());

  const idOf = (name: string): string => organization.channels.find(name)?.id ?? expect.fail(name);
  const userOf = (session: string): string => organization.participants.get(session)?.user.id ?? '';
  const deny = (...what: string[]): void => what.forEach((each) => denied.add(each));
  const names = ({ events }: TestPeer): string[] => events.map(({ method }) => method);
  const joined = (session: string): string[] => [
    ...(organization.participants.get(session)?.memberships.keys() ?? []),
  ];

  it('take who loses VIEW or JOIN out of a channel, but for JOIN not who was brought', async () => {
    const [ann, bob] = [await door.enter('Ann'), await door.enter('Bob')];
    const [lobby, vault] = [idOf('Lobby'), idOf('Vault')];
    deny('Bob JOIN Vault');
    for (const peer of [ann, bob]) await peer.request('channel.join', { channel: lobby });
    await ann.request('channel.join', { channel: vault });
    await organization.participants.move(bob.session, lobby, vault);
    policy.announce();
    expect(joined(bob.session)).to.deep.equal([vault]);
    deny('Ann JOIN Vault');
    policy.announce();
    expect(joined(ann.session)).to.deep.equal([lobby]);
    deny('* VIEW Vault');
    policy.announce();
    expect(joined(bob.session)).to.deep.equal([]);
    const end = bob.events.findLast(({ method }) => method === 'membershipChanged');
    expect(end?.params).to.include({ channel: vault, membership: null, reason: 'kicked' });
  });

  it('are told, with what holds in the organization', async () => {
    const ann = await door.enter('Ann');
    deny('Ann KICK');
    policy.announce({ organizationId: organization.id });
    const [told] = ann.heard('permissionsChanged') as [{ permissions: string[] }];
    expect(told.permissions).to.include('MOVE').and.not.include('KICK');
  });

  it('of one user are asked for that user alone, among hundreds', async () => {
    const peers = [];
    for (let n = 0; n < 300; n += 1) peers.push(await door.enter(`P${n}`));
    const [one, other] = peers as [TestPeer & { session: string }, TestPeer & { session: string }];
    await one.request('channel.join', { channel: idOf('Lobby') });
    await settle();
    policy.questions.clear();
    const heard = other.notifications.length;
    const change = { organizationId: organization.id, userId: userOf(one.session) };
    policy.announce(change);
    expect([...policy.questions.keys()]).to.deep.equal([one.session]);
    // Channels, participants, permissions, and a few about its one membership.
    expect(policy.questions.get(one.session)).to.be.below(400);
    expect(other.notifications).to.have.lengthOf(heard);
  });

  it('of one channel are asked about that channel and those below it', async () => {
    const ann = await door.enter('Ann');
    const parent = idOf('Vault');
    await organization.channels.create({ parent, name: 'Safe' });
    const before = ann.events.length;
    deny('* VIEW Lobby', '* VIEW Safe');
    policy.announce({ organizationId: organization.id, channelId: parent });
    expect(names(ann).slice(before)).to.deep.equal(['channelDeleted', 'permissionsChanged']);
  });

  it('set the priority that a member may talk with, and tell the member alone', async () => {
    deny('* EMERGENCY Lobby');
    const [ann, bob] = [await door.enter('Ann'), await door.enter('Bob')];
    const channel = idOf('Lobby');
    const { membership } = await ann.request('channel.join', { channel });
    expect(membership.maxPriority).to.equal(2);
    const before = bob.heard('membershipChanged').length;
    deny('Ann PRIORITY Lobby');
    policy.announce();
    const told = ann.heard('membershipChanged').at(-1) as { membership: { maxPriority: number } };
    expect(told.membership.maxPriority).to.equal(1);
    expect(bob.heard('membershipChanged')).to.have.lengthOf(before);
  });

  it('show a channel under the nearest above it that is seen, and tell when that changes', async () => {
    const parent = idOf('Vault');
    const child = (await organization.channels.create({ parent, name: 'Safe' })).id;
    deny('Ann VIEW Vault');
    const [ann, bob] = [await door.enter('Ann'), await door.enter('Bob')];
    const shown = (peer: TestPeer): unknown[] => [
      ...peer.heard('snapshotPart').flatMap(({ channels }) => channels as object[]),
      ...peer.events.flatMap(({ params }) => ('channel' in params ? [params['channel']] : [])),
    ];
    const parents = (peer: TestPeer): unknown[] =>
      (shown(peer) as { id: string; parent: string | null }[])
        .filter(({ id }) => id === child)
        .map((view) => view.parent);
    expect([parents(ann), parents(bob)]).to.deep.equal([[null], [parent]]);
    const renamed = await ann.request('channel.update', { channel: child, topic: 'Gold' });
    expect(renamed.channel.parent).to.equal(null);
    // Where it is shown it stays, whatever hides between.
    await ann.request('channel.move', { channel: child, parent: null, position: 3 });
    expect(organization.channels.get(child)?.parent).to.equal(parent);
    denied.clear();
    policy.announce();
    expect(parents(ann).at(-1)).to.equal(parent);
    deny('Ann VIEW Vault');
    policy.announce();
    expect(parents(ann).at(-1)).to.equal(null);
    expect(names(ann).slice(-3)).to.deep.equal([
      'channelMoved',
      'channelDeleted',
      'permissionsChanged',
    ]);
    expect(parents(bob).every((id) => id === parent)).to.equal(true);
  });

  it('let nobody delete along with a channel what is kept from them', async () => {
    const parent = idOf('Vault');
    await organization.channels.create({ parent, name: 'Safe' });
    deny('Ann VIEW Safe', 'Ann DELETE_CHANNEL Safe');
    const ann = await door.enter('Ann');
    const before = organization.channels.list().length;
    expect(await refusalOf(ann.request('channel.delete', { channel: parent }))).to.equal(
      'ACCESS_DENIED',
    );
    expect(organization.channels.list()).to.have.lengthOf(before);
  });

  it('bring people into sight with the channel that they share, and out of it', async () => {
    deny('* VIEW @');
    const [ann, bob] = [await door.enter('Ann'), await door.enter('Bob')];
    const channel = idOf('Lobby');
    for (const peer of [ann, bob]) await peer.request('channel.join', { channel });
    expect(names(ann)).to.deep.equal([
      'membershipChanged',
      'participantJoined',
      'membershipChanged',
    ]);
    expect(names(bob)).to.deep.equal([
      'membershipChanged',
      'participantJoined',
      'membershipChanged',
    ]);
    await ann.request('channel.leave', { channel });
    expect(names(ann).slice(-2)).to.deep.equal(['membershipChanged', 'participantLeft']);
    expect(names(bob).slice(-2)).to.deep.equal(['membershipChanged', 'participantLeft']);
    const kick = { session: bob.session };
    expect(await refusalOf(ann.request('participant.kick', kick))).to.equal('NOT_FOUND');
  });

  it('of what hangs elsewhere now are asked again, and who loses it learns not where to', async () => {
    const ann = await door.enter('Ann');
    const [lobby, vault] = [idOf('Lobby'), idOf('Vault')];
    await ann.request('channel.join', { channel: vault });
    const isBelow = (id: string | undefined): boolean =>
      organization.channels.get(id ?? '')?.parent === lobby;
    policy.decide = (_subject, permission, { channelId }) =>
      permission !== 'VIEW' || !isBelow(channelId);
    const before = ann.events.length;
    await organization.channels.move(vault, { parent: lobby, position: 0 });
    expect(names(ann).slice(before)).to.deep.equal(['membershipChanged', 'channelDeleted']);
    expect(joined(ann.session)).to.deep.equal([]);
  });

  it('end a transmission as revoked, and not a frame of it goes on', async () => {
    const frames: number[] = [];
    const open = (displayName: string): ReturnType<OrganizationApi['openMediaPort']> =>
      organization.openMediaPort({ displayName, frames: 'opened', onFrame: () => frames.push(1) });
    const [talker, listener] = [open('Talker'), open('Listener')];
    const ann = await door.enter('Ann');
    const channel = idOf('Lobby');
    for (const port of [talker, listener]) await port.join(channel);
    await ann.request('channel.join', { channel });
    const line = await talker.register({ channels: [channel] });
    line.send(Uint8Array.of(0x78, 1));
    await organization.participants.move(talker.sessionId, channel, idOf('Vault'));
    const [end] = ann.heard('transmissionEnded');
    expect(end).to.include({ reason: 'revoked' });
    line.send(Uint8Array.of(0x78, 2));
    expect(frames).to.have.lengthOf(1);
    talker.close();
    listener.close();
  });

  it('that are lost while a client is away leave nothing to be replayed of what is hidden', async () => {
    const ann = await ReturningClient.enter(door, 'Ann');
    ann.cut();
    await organization.channels.update(idOf('Vault'), { topic: 'Moved to the bank' });
    deny('Ann VIEW Vault');
    policy.announce();
    const before = ann.peer.notifications.length;
    expect(await ann.resume()).to.include({ resync: true });
    const came = JSON.stringify(ann.peer.notifications.slice(before));
    expect(came).to.not.include('bank').and.not.include('Vault');
  });

  it('need not be asked for by who does it to themselves; a full channel lets in who may bypass that', async () => {
    deny('* MUTE Lobby', '* DEAFEN Lobby', 'Bob BYPASS_LIMIT Lobby');
    const [ann, bob] = [await door.enter('Ann'), await door.enter('Bob')];
    const channel = idOf('Lobby');
    await organization.channels.update(channel, { participantLimit: 1 });
    const eve = await door.enter('Eve');
    await eve.request('channel.join', { channel });
    expect(await refusalOf(bob.request('channel.join', { channel }))).to.equal('CHANNEL_FULL');
    await ann.request('channel.join', { channel });
    await ann.request('participant.mute', { session: ann.session, channel, muted: true });
    await ann.request('participant.deafen', { session: ann.session, channel, deafened: true });
    const other = { session: eve.session, channel, muted: true };
    expect(await refusalOf(ann.request('participant.mute', other))).to.equal('ACCESS_DENIED');
  });

  it('to make temporary channels and lasting ones are two', async () => {
    deny('* CREATE_CHANNEL');
    const ann = await door.enter('Ann');
    const make = (temporary: boolean): Promise<string | undefined> =>
      refusalOf(ann.request('channel.create', { parent: null, name: `T${temporary}`, temporary }));
    expect([await make(false), await make(true)]).to.deep.equal(['ACCESS_DENIED', undefined]);
    deny('* CREATE_TEMPORARY');
    denied.delete('* CREATE_CHANNEL');
    policy.announce();
    expect(
      await refusalOf(ann.request('channel.create', { parent: null, name: 'X', temporary: true })),
    ).to.equal('ACCESS_DENIED');
  });
});
