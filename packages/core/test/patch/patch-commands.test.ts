import { randomUUID } from 'node:crypto';
import type { PatchView } from '@sidetone/protocol';
import { expect } from 'chai';
import { openDoor, type OpenDoor } from '../domain/open-door.js';
import { refusalOf, type TestPeer } from '../domain/test-peer.js';
import { ScriptedPolicy } from '../double/scripted-policy.js';

const HOUR = 3_600_000;
const unlimited = { limits: { commandBurst: 1_000 } };

type Peer = TestPeer & { readonly session: string };

describe('Patches', () => {
  let door: OpenDoor;
  let policy: ScriptedPolicy;
  /** `name permission channel` and `name permission`. */
  let denied: Set<string>;

  const idOf = (name: string): string =>
    door.server.organization().channels.find(name)?.id ?? expect.fail(`no ${name}`);
  const nets = (...names: string[]): string[] => names.map(idOf);
  const create = async (peer: Peer, names: string[], durationMs?: number): Promise<PatchView> => {
    const params = { channels: nets(...names), ...(durationMs ? { durationMs } : {}) };
    return (await peer.request('patch.create', params)).patch;
  };
  const told = (peer: TestPeer): unknown[] =>
    peer.events
      .filter(({ method }) => method.startsWith('patch'))
      .map(({ method, params }) => {
        const { patch, reason } = params as { patch: PatchView | string; reason?: string };
        if (typeof patch === 'string') return [method, reason];
        return [method, patch.channels.length, patch.hiddenChannels];
      });

  beforeEach(async () => {
    denied = new Set();
    policy = new ScriptedPolicy(({ identity }, permission, { channelId = '' }) => {
      const who = `${identity.displayName} ${permission}`;
      return !denied.has(who) && !denied.has(`${who} ${channelId}`);
    });
    const initialChannels = ['Command', 'Flight', 'Ground', 'Logistics'];
    door = await openDoor([policy.plugin], { initialChannels, ...unlimited });
  });

  afterEach(() => door.server.stop());

  it('are told to all who see one of the nets, with an owner and an end, and stand in snapshots', async () => {
    const [ann, bob] = [await door.enter('Ann'), await door.enter('Bob')];
    const patch = await create(ann, ['Flight', 'Ground']);
    expect(patch).to.deep.include({
      channels: nets('Flight', 'Ground'),
      hiddenChannels: 0,
      owner: ann.session,
      createdBy: 'Ann',
      expiresAt: door.clock.wallTime() + HOUR,
    });
    for (const peer of [ann, bob]) {
      expect(peer.heard('patchChanged').map((params) => params['patch'])).to.deep.equal([patch]);
    }
    const late = await door.enter('Cid');
    expect(late.heard('snapshotPart').at(-1)?.['patches']).to.deep.equal([patch]);
    await ann.request('patch.end', { patch: patch.id });
    for (const peer of [ann, bob, late]) {
      expect(peer.heard('patchEnded').at(-1)).to.include({ patch: patch.id, reason: 'ended' });
    }
    expect((await door.enter('Dan')).heard('snapshotPart').at(-1)?.['patches']).to.deep.equal([]);
  });

  it('need PATCH on every net, and no net that is patched or not there', async () => {
    const ann = await door.enter('Ann');
    denied.add(`Ann PATCH ${idOf('Ground')}`);
    const ask = (...channels: string[]): Promise<string | undefined> =>
      refusalOf(ann.request('patch.create', { channels }));
    expect(await ask(...nets('Flight', 'Ground'))).to.equal('ACCESS_DENIED');
    expect(await ask(idOf('Flight'), randomUUID())).to.equal('NOT_FOUND');
    expect(await ask(idOf('Flight'))).to.equal('INVALID_PARAMS');
    await create(ann, ['Flight', 'Command']);
    expect(await ask(...nets('Logistics', 'Flight'))).to.equal('ALREADY_EXISTS');
    const forEver = { channels: nets('Logistics', 'Ground'), durationMs: null };
    denied.clear();
    expect(await refusalOf(ann.request('patch.create', forEver))).to.equal('INVALID_PARAMS');
  });

  it('are ended by their owner, or by who has PATCH on all of their nets', async () => {
    const [ann, bob] = [await door.enter('Ann'), await door.enter('Bob')];
    denied.add(`Bob PATCH ${idOf('Ground')}`);
    const { id } = await create(ann, ['Flight', 'Ground']);
    const end = (peer: Peer, patch = id): Promise<string | undefined> =>
      refusalOf(peer.request('patch.end', { patch }));
    expect(await end(bob)).to.equal('ACCESS_DENIED');
    expect(await end(bob, randomUUID())).to.equal('NOT_FOUND');
    denied.clear();
    expect(await end(bob)).to.equal(undefined);
    expect(await end(ann)).to.equal('NOT_FOUND');
  });

  it('expire', async () => {
    const ann = await door.enter('Ann');
    await create(ann, ['Flight', 'Ground'], 5_000);
    await create(ann, ['Command', 'Logistics']);
    door.clock.advance(4_999);
    expect(door.server.organization().patches.list()).to.have.length(2);
    door.clock.advance(1);
    expect(told(ann).at(-1)).to.deep.equal(['patchEnded', 'expired']);
    door.clock.advance(HOUR - 5_001);
    expect(door.server.organization().patches.list()).to.have.length(1);
    door.clock.advance(1);
    expect(door.server.organization().patches.list()).to.have.length(0);
  });

  it('end with the session of their owner, and not while that is away', async () => {
    const [ann, bob] = [await door.enter('Ann'), await door.enter('Bob')];
    await create(ann, ['Flight', 'Ground']);
    ann.vanish();
    door.clock.advance(59_000);
    expect(told(bob)).to.deep.equal([['patchChanged', 2, 0]]);
    door.clock.advance(1_000);
    expect(told(bob).at(-1)).to.deep.equal(['patchEnded', 'ownerLeft']);
  });

  it('go on under another session of their owner, which takes the place of the first', async () => {
    const ann = door.connect();
    const { resumeToken } = await ann.signIn('Ann');
    await ann.request('patch.create', { channels: nets('Flight', 'Ground') });
    const again = door.connect();
    const instance = 'A'.repeat(22);
    const resumed = await again.request('session.resume', {
      token: resumeToken,
      instance,
      lastSeq: null,
    });
    const [patch] = door.server.organization().patches.list();
    expect(patch?.owner).to.equal(resumed.session);
  });

  it('end when their owner may not patch one of the nets any more, at once', async () => {
    const [ann, bob] = [await door.enter('Ann'), await door.enter('Bob')];
    await create(ann, ['Flight', 'Ground']);
    denied.add(`Bob PATCH ${idOf('Ground')}`);
    policy.announce();
    expect(door.server.organization().patches.list()).to.have.length(1);
    denied.add(`Ann PATCH ${idOf('Ground')}`);
    policy.announce();
    expect(told(bob).at(-1)).to.deep.equal(['patchEnded', 'revoked']);
  });

  it('lose a net that is deleted, and end with the last but one', async () => {
    const ann = await door.enter('Ann');
    await create(ann, ['Flight', 'Ground', 'Logistics']);
    const { channels } = door.server.organization();
    await channels.delete(idOf('Ground'));
    expect(told(ann)).to.deep.equal([
      ['patchChanged', 3, 0],
      ['patchChanged', 2, 0],
    ]);
    await channels.delete(idOf('Flight'));
    expect(told(ann).at(-1)).to.deep.equal(['patchEnded', 'channelDeleted']);
    const news = ann.events.map(({ method }) => method);
    expect(news.lastIndexOf('patchEnded')).to.be.below(news.lastIndexOf('channelDeleted'));
  });

  it('show to each only the nets that it may see, and to who sees none nothing', async () => {
    const hidden = idOf('Ground');
    denied
      .add(`Bob VIEW ${hidden}`)
      .add(`Cid VIEW ${hidden}`)
      .add(`Cid VIEW ${idOf('Flight')}`);
    const peers = [await door.enter('Ann'), await door.enter('Bob'), await door.enter('Cid')];
    const [ann, bob, cid] = peers as [Peer, Peer, Peer];
    const { id } = await create(ann, ['Flight', 'Ground']);
    expect(told(bob)).to.deep.equal([['patchChanged', 1, 1]]);
    expect(told(cid)).to.deep.equal([]);
    expect(JSON.stringify([bob.notifications, cid.notifications])).to.not.include(hidden);
    const late = await door.enter('Bob');
    expect(JSON.stringify(late.notifications)).to.include(id).and.not.include(hidden);
    expect(await refusalOf(cid.request('patch.end', { patch: id }))).to.equal('NOT_FOUND');
    expect(await refusalOf(bob.request('patch.end', { patch: id }))).to.equal(undefined);
    expect(told(cid)).to.deep.equal([]);
  });

  it('come into sight and go out of it with the rights', async () => {
    const [ann, bob] = [await door.enter('Ann'), await door.enter('Bob')];
    await create(ann, ['Flight', 'Ground']);
    for (const name of ['Flight', 'Ground']) denied.add(`Bob VIEW ${idOf(name)}`);
    policy.announce();
    denied.delete(`Bob VIEW ${idOf('Ground')}`);
    policy.announce();
    denied.clear();
    policy.announce();
    expect(told(bob)).to.deep.equal([
      ['patchChanged', 2, 0],
      ['patchEnded', 'hidden'],
      ['patchChanged', 1, 1],
      ['patchChanged', 2, 0],
    ]);
    expect(told(ann)).to.have.length(1);
  });

  it('name an owner only to who may see them', async () => {
    const ann = await door.enter('Ann');
    denied.add('Bob VIEW ');
    const bob = await door.enter('Bob');
    await create(ann, ['Flight', 'Ground']);
    const [seen] = bob.heard('patchChanged') as [{ patch: PatchView }];
    expect(seen.patch).to.include({ owner: null, createdBy: null });
  });

  it('say what holds on all of their nets, and again when one of them changes', async () => {
    const ann = await door.enter('Ann');
    const { channels, patches } = door.server.organization();
    await channels.update(idOf('Flight'), { net: { floorMode: 'lockout' } });
    const { id, net } = await create(ann, ['Flight', 'Ground']);
    expect(net).to.include({ floorMode: 'lockout', minTalkPriority: 0 });
    await channels.setStance(idOf('Ground'), 2);
    expect(patches.get(id)?.net).to.include({ floorMode: 'lockout', minTalkPriority: 2 });
    const views = ann.heard('patchChanged').map((params) => (params['patch'] as PatchView).net);
    expect(views.map(({ minTalkPriority }) => minTalkPriority)).to.deep.equal([0, 2]);
  });

  it('are at most 64 in an organization', async () => {
    const { channels, patches } = door.server.organization();
    const ids: string[] = [];
    for (let i = 0; i < 130; i++) ids.push((await channels.create({ name: `n${i}` })).id);
    for (let i = 0; i < 64; i++) await patches.create({ channels: ids.slice(2 * i, 2 * i + 2) });
    const ann = await door.enter('Ann');
    const more = ann.request('patch.create', { channels: ids.slice(128, 130) });
    expect(await refusalOf(more)).to.equal('LIMIT_EXCEEDED');
  });

  it('of the program have no owner, may last until they are ended, and are in the audit', async () => {
    const ann = await door.enter('Ann');
    const organization = door.server.organization().as('operations desk');
    const patch = await organization.patches.create({
      channels: nets('Flight', 'Ground'),
      durationMs: null,
    });
    expect(patch).to.include({ owner: null, createdBy: 'operations desk', expiresAt: null });
    expect(ann.heard('patchChanged').map((params) => params['patch'])).to.deep.equal([patch]);
    door.clock.advance(25 * HOUR);
    expect(organization.patches.list()).to.deep.equal([patch]);
    await organization.patches.end(patch.id);
    const refused = await organization.patches.end(patch.id).catch((error: unknown) => error);
    expect(refused).to.include({ code: 'NOT_FOUND' });
    const audit = await organization.audit(3);
    expect(audit.map(({ action, outcome }) => [action, outcome])).to.deep.equal([
      ['patch.end', 'refused'],
      ['patch.end', 'committed'],
      ['patch.create', 'committed'],
    ]);
  });

  it('bring keys and the people on the other nets, before those are heard', async () => {
    const [ann, bob] = [await door.enter('Ann'), await door.enter('Bob')];
    await ann.request('channel.join', { channel: idOf('Flight') });
    await bob.request('channel.join', { channel: idOf('Ground') });
    await create(ann, ['Flight', 'Ground']);
    expect(bob.installed.map(({ route }) => route.channel)).to.deep.equal([idOf('Flight')]);
    expect(ann.installed.map(({ route }) => route.channel)).to.deep.equal([idOf('Ground')]);
  });

  it('leave no timer behind when the server stops', async () => {
    const ann = await door.enter('Ann');
    await create(ann, ['Flight', 'Ground'], 1_000);
    await door.server.stop();
    door.clock.advance(2_000);
    expect(told(ann).at(-1)).to.deep.equal(['patchChanged', 2, 0]);
  });

  it('are made once by a request that is asked again', async () => {
    const ann = await door.enter('Ann');
    const params = { channels: nets('Flight', 'Ground'), key: randomUUID() };
    const [first, second] = [
      await ann.request('patch.create', params),
      await ann.request('patch.create', params),
    ];
    expect(second).to.deep.equal(first);
    expect(told(ann)).to.have.length(1);
  });
});
