import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { createMemoryStores, KeyService, type Plugin, type StoreSet } from '../../src/index.js';
import { createRecordingLogger } from '@sidetone/testkit';
import { ServerKeyService } from '../../src/key/server-key-service.js';
import { database } from './database.js';
import { allowing } from './everything-allowed.js';
import { claim, knownPeople, type Claim } from './known-people.js';
import { openDoor, settle, type OpenDoor } from './open-door.js';
import { createInstance, Refused, refusalOf, type TestPeer } from './test-peer.js';

describe('A restart of the server', () => {
  let stores: StoreSet;
  const doors: OpenDoor[] = [];
  let door: OpenDoor;
  /** What nobody may do. */
  const denied = new Set<string>();

  const open = async (...plugins: readonly Plugin[]): Promise<OpenDoor> => {
    const all = [knownPeople(), allowing(denied), database(stores), ...plugins];
    door = await openDoor(all, {
      initialChannels: ['Lobby', 'Flight'],
      limits: { commandBurst: 1000 },
    });
    doors.push(door);
    return door;
  };

  /** The process dies: what was not written is lost, and nobody is told anything. */
  const restart = async (): Promise<void> => {
    await door.clock.advanceAsync(200);
    await open();
  };

  beforeEach(async () => {
    denied.clear();
    stores = createMemoryStores({ log: createRecordingLogger() });
    await open();
  });

  afterEach(async () => {
    for (const each of doors.splice(0)) await each.server.stop();
  });

  const enter = async (who: Claim, organization?: string) => {
    const instance = createInstance();
    const peer = door.connect();
    const welcome = await claim(peer, who, organization, instance);
    return { peer, instance, session: welcome.session, token: welcome.resumeToken };
  };
  type Client = Awaited<ReturnType<typeof enter>>;

  const resume = ({ token, instance }: Client, peer: TestPeer = door.connect()) =>
    peer.request('session.resume', { token, instance, lastSeq: 0 });
  const channelNamed = (name: string): string =>
    door.server.organization().channels.find(name)?.id ?? expect.fail();
  const person = (): Claim => ({ userId: randomUUID(), displayName: 'Ann' });

  it('leaves a session to its client: memberships, mutes and targets under their old ids', async () => {
    const ann = await enter(person());
    const channel = channelNamed('Flight');
    await ann.peer.request('channel.join', { channel, listening: false });
    await door.clock.advanceAsync(200);
    const { target } = await ann.peer.request('talk.register', {
      source: 'radio',
      target: { channels: [channel] },
      priority: 2,
    });
    await door.clock.advanceAsync(200);
    await ann.peer.request('session.setState', { muted: true });
    await door.server.organization().participants.deafen(ann.session, channel, true);
    await restart();
    const peer = door.connect();
    const back = await resume(ann, peer);
    expect(back).to.include({ session: ann.session, resync: true, restored: true });
    expect(back.targets.map((each) => [each.target, each.source.kind])).to.deep.equal([
      [target, 'radio'],
    ]);
    expect(back.targets[0]?.handles[0]?.route.channel).to.equal(channel);
    const details = door.server.organization().participants.get(ann.session);
    expect(details).to.include({ muted: true, deafened: false, away: false });
    expect(details?.memberships.get(channel)).to.include({
      listening: false,
      deafenedByModerator: true,
    });
    expect(back.keys.map(({ route }) => route.channel)).to.deep.equal([channel]);
    await peer.request('talk.unregister', { target });
  });

  it('counts events anew: a client’s old number leads to a snapshot', async () => {
    const ann = await enter(person());
    await restart();
    await enter(person());
    const peer = door.connect();
    const { resync, seq } = await resume(ann, peer);
    expect(resync).to.equal(true);
    expect(peer.heard('snapshotPart')).to.have.lengthOf(1);
    await peer.request('channel.join', { channel: channelNamed('Lobby') });
    expect(peer.events[0]?.params['seq']).to.equal(seq + 1);
  });

  it('says so until its client has had the answer, and not after that', async () => {
    const ann = await enter(person());
    await restart();
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const peer = door.connect();
      expect(await resume(ann, peer)).to.include({ restored: true, session: ann.session });
      peer.vanish();
    }
    const peer = door.connect();
    ann.token = (await resume(ann, peer)).resumeToken;
    await peer.request('session.setState', {});
    peer.vanish();
    expect(await resume(ann)).to.include({ restored: false, session: ann.session });
    const { token, instance } = ann;
    await door.clock.advanceAsync(10_000);
    const anew = { token, instance, lastSeq: null };
    expect(await door.connect().request('session.resume', anew)).to.include({
      resync: true,
      restored: false,
    });
  });

  it('knows a token no more when its client has shown that it has the next', async () => {
    const ann = await enter(person());
    ann.peer.vanish();
    const peer = door.connect();
    const { resumeToken } = await resume(ann, peer);
    await door.clock.advanceAsync(200);
    await peer.request('session.setState', {});
    await restart();
    expect(await refusalOf(resume(ann))).to.equal('SESSION_UNKNOWN');
    expect(await resume({ ...ann, token: resumeToken })).to.include({ restored: true });
  });

  it('knows both tokens while nobody has shown anything', async () => {
    for (const first of [true, false]) {
      const ann = await enter(person());
      ann.peer.vanish();
      const { resumeToken } = await resume(ann);
      await restart();
      const token = first ? ann.token : resumeToken;
      expect(await resume({ ...ann, token })).to.include({ session: ann.session });
    }
  });

  it('finds the server’s own organization under the name that it was given since', async () => {
    const { id } = door.server.organization();
    await door.server.organizations.update(id, { name: 'Squadron' });
    await restart();
    expect(door.server.organization()).to.include({ id, name: 'Squadron' });
    expect(door.server.organizations.list()).to.have.lengthOf(1);
  });

  it('lets a second connection wait until the session is whole', async () => {
    const ann = await enter(person());
    const channel = channelNamed('Flight');
    await ann.peer.request('channel.join', { channel });
    await door.clock.advanceAsync(200);
    await ann.peer.request('talk.register', { target: { channels: [channel] } });
    await door.clock.advanceAsync(200);
    const service = new ServerKeyService();
    const allocate = service.allocateSender.bind(service);
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    service.allocateSender = (...given) => gate.then(() => allocate(...given));
    await open({
      name: 'slow-keys',
      version: '1.0.0',
      provides: [KeyService],
      setup: (ctx) => ctx.provide(KeyService, () => service),
    });
    const peers = [door.connect(), door.connect()];
    const answers: number[] = [];
    for (const peer of peers) {
      void resume(ann, peer).then(({ targets }) => answers.push(targets.length));
      await settle();
    }
    expect(answers).to.deep.equal([]);
    release();
    await settle();
    expect(new Set(answers)).to.deep.equal(new Set([1]));
  });

  it('does not put anybody back into channels that they may not join now', async () => {
    const ann = await enter(person());
    await ann.peer.request('channel.join', { channel: channelNamed('Flight') });
    denied.add('JOIN');
    await restart();
    await resume(ann);
    const details = door.server.organization().participants.get(ann.session);
    expect([...(details?.memberships.keys() ?? [])]).to.deep.equal([]);
  });

  it('is survived again by the session that came back', async () => {
    const ann = await enter(person());
    await restart();
    ann.token = (await resume(ann)).resumeToken;
    await restart();
    expect(await resume(ann)).to.include({ restored: true, session: ann.session });
  });

  it('gives another client of the user a session of its own in the same channels', async () => {
    const ann = await enter(person());
    await ann.peer.request('channel.join', { channel: channelNamed('Flight') });
    await restart();
    const other = await resume({ ...ann, instance: createInstance() });
    expect(other.session).not.to.equal(ann.session);
    expect(other).to.include({ restored: false, resync: true });
    const people = door.server.organization().participants.list();
    expect(people.map(({ session }) => session)).to.deep.equal([other.session]);
    expect([...(people[0]?.memberships.keys() ?? [])]).to.deep.equal([channelNamed('Flight')]);
  });

  it('restores a session once, though two connections ask at once', async () => {
    const ann = await enter(person());
    const channel = channelNamed('Flight');
    await ann.peer.request('channel.join', { channel });
    await ann.peer.request('talk.register', { target: { channels: [channel] } });
    await restart();
    const peers = [door.connect(), door.connect()];
    const answers: number[] = [];
    for (const peer of peers) void resume(ann, peer).then((it) => answers.push(it.targets.length));
    await settle();
    expect(answers).to.deep.equal([1]);
    expect(peers.map(({ closeReason }) => closeReason).sort()).to.deep.equal(['DISPLACED', null]);
    expect(door.server.organization().participants.list()).to.have.lengthOf(1);
  });

  const farewells = {
    'was banned': async ({ userId }) => {
      await door.server.organization().bans.add({ userId });
      return 'BANNED';
    },
    'has a disabled account': async ({ userId }) => {
      await door.server.users.disable(userId);
      return 'SESSION_UNKNOWN';
    },
    'was disabled while no server ran': async ({ userId }) => {
      const account = (await stores.accounts.get(userId)) ?? expect.fail();
      await stores.accounts.put({ ...account, disabled: true });
      return 'SESSION_UNKNOWN';
    },
    'has no account any more': async ({ userId }) => {
      await door.server.users.delete(userId);
      return 'SESSION_UNKNOWN';
    },
    'is no member any more': async ({ userId }) => {
      const { id } = door.server.organization();
      await door.server.organizations.update(id, { admission: 'members' });
      expect(await door.server.organization().members.get(userId)).to.equal(null);
      return 'SESSION_UNKNOWN';
    },
  } satisfies Record<string, (who: Claim) => Promise<string>>;

  for (const [state, change] of Object.entries(farewells)) {
    it(`brings nobody back who ${state}`, async () => {
      const { id } = await door.server.users.create({ name: 'ann' });
      const ann = await enter({ userId: id });
      await restart();
      const code = await change({ userId: id });
      expect(await refusalOf(resume(ann))).to.equal(code);
      expect(door.server.organization().participants.list()).to.deep.equal([]);
    });
  }

  it('does not bring back who had left, nor who comes too late', async () => {
    const [left, kicked, late] = [
      await enter(person()),
      await enter(person()),
      await enter(person()),
    ];
    await door.clock.advanceAsync(200);
    await left.peer.request('session.close', {});
    await door.server.organization().participants.kick(kicked.session);
    late.peer.vanish();
    await settle();
    await restart();
    for (const client of [left, kicked]) {
      expect(await refusalOf(resume(client))).to.equal('SESSION_UNKNOWN');
    }
    // Each door has a clock of its own, and both begin at one moment.
    await door.clock.advanceAsync(61_000);
    expect(await refusalOf(resume(late))).to.equal('SESSION_UNKNOWN');
  });

  it('that was meant leaves sessions for the next process, too', async () => {
    const ann = await enter(person());
    await ann.peer.request('channel.join', { channel: channelNamed('Flight') });
    await door.server.stop();
    expect(ann.peer.closeReason).to.equal('SHUTTING_DOWN');
    await open();
    expect(await resume(ann)).to.include({ session: ann.session, restored: true });
    const details = door.server.organization().participants.get(ann.session);
    expect([...(details?.memberships.keys() ?? [])]).to.deep.equal([channelNamed('Flight')]);
  });

  it('leaves out what the user may not do any more, and channels that are gone', async () => {
    const ann = await enter(person());
    const temporary = await door.server.organization().channels.create({
      name: 'Side',
      temporary: true,
    });
    for (const channel of [temporary.id, channelNamed('Flight'), channelNamed('Lobby')]) {
      await ann.peer.request('channel.join', { channel });
      await ann.peer.request('talk.register', { target: { channels: [channel] } });
    }
    await restart();
    await door.server.organization().channels.delete(channelNamed('Lobby'));
    const { targets } = await resume(ann);
    const details = door.server.organization().participants.get(ann.session);
    expect([...(details?.memberships.keys() ?? [])]).to.deep.equal([channelNamed('Flight')]);
    expect(targets.map(({ handles }) => handles[0]?.route.channel)).to.deep.equal([
      channelNamed('Flight'),
    ]);
  });

  it('makes nothing twice of a request that is asked again after it', async () => {
    const ann = await enter(person());
    const params = { parent: null, name: 'Ops', key: randomUUID() };
    const deletion = { channel: channelNamed('Lobby'), key: randomUUID() };
    const made = await ann.peer.request('channel.create', params);
    await ann.peer.request('channel.delete', deletion);
    await restart();
    const peer = door.connect();
    await resume(ann, peer);
    expect(await peer.request('channel.create', params)).to.deep.equal(made);
    expect(await peer.request('channel.delete', deletion)).to.deep.equal({});
    const other = { ...params, key: deletion.key };
    expect(await refusalOf(peer.request('channel.create', other))).to.equal('INVALID_PARAMS');
    const names = door.server
      .organization()
      .channels.list()
      .map(({ name }) => name);
    expect(names.sort()).to.deep.equal(['Flight', 'Ops']);
  });

  it('makes nothing twice either where the answer could not be kept', async () => {
    const ann = await enter(person());
    const put = stores.idempotency.put.bind(stores.idempotency);
    stores.idempotency.put = () => Promise.reject(new Error('lost'));
    const params = { parent: null, name: 'Ops', key: randomUUID() };
    const made = await ann.peer.request('channel.create', params);
    stores.idempotency.put = put;
    await restart();
    const peer = door.connect();
    await resume(ann, peer);
    expect(await peer.request('channel.create', params)).to.deep.equal(made);
    expect(door.server.organization().channels.list()).to.have.lengthOf(3);
  });

  it('tells who comes back while the database is gone to ask again', async () => {
    const ann = await enter(person());
    await restart();
    const find = stores.resumeTokens.findByToken.bind(stores.resumeTokens);
    stores.resumeTokens.findByToken = () =>
      Promise.reject(
        Object.assign(new Error('gone'), { name: 'VoiceError', code: 'ERR_STORE_UNAVAILABLE' }),
      );
    const refusal: unknown = await resume(ann).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(Refused);
    expect((refusal as Refused).body.data).to.include({ code: 'UNAVAILABLE', retryable: true });
    stores.resumeTokens.findByToken = find;
    expect(await resume(ann)).to.include({ session: ann.session });
  });

  it('costs unknown tokens nothing once nobody of before can come back', async () => {
    let asked = 0;
    stores.resumeTokens.findByToken = async () => {
      asked += 1;
      return null;
    };
    const stranger = { ...(await enter(person())), token: 'A'.repeat(43) };
    expect(await refusalOf(resume(stranger))).to.equal('SESSION_UNKNOWN');
    expect(asked).to.equal(1);
    await door.clock.advanceAsync(661_000);
    expect(await refusalOf(resume(stranger))).to.equal('SESSION_UNKNOWN');
    expect(asked).to.equal(1);
  });
});
