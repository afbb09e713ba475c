import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import {
  BanStore,
  MemoryBanStore,
  MemoryDatabase,
  type BanRecord,
  type Plugin,
} from '../../src/index.js';
import { ScriptedPolicy } from '../double/scripted-policy.js';
import { thrownBy } from '../double/thrown.js';
import { everythingAllowed } from './everything-allowed.js';
import { claim, enterAs, knownPeople, type Claim } from './known-people.js';
import { openDoor, settle, type OpenDoor } from './open-door.js';
import { refusalOf } from './test-peer.js';

const FAR = '203.0.113.9';

describe('Banning somebody', () => {
  let door: OpenDoor;

  beforeEach(async () => {
    door = await openDoor([knownPeople(), everythingAllowed], { limits: { commandBurst: 100 } });
  });

  afterEach(() => door.server.stop());

  const person = (): Claim => ({ userId: randomUUID() });
  const enter = (who: Claim, address?: string) => enterAs(door, who, undefined, address);
  const bans = (): readonly BanRecord[] => door.server.organization().bans.list();

  it('ends all of their sessions, waiting ones too, and keeps them out until the end', async () => {
    const moderator = await enter({ ...person(), displayName: 'Mo' });
    const who = person();
    const [one, two, away] = [await enter(who), await enter(who), await enter(who)];
    away.vanish();
    const order = { session: one.session, reason: 'shouting', durationMs: 60_000 };
    await moderator.request('participant.ban', order);
    expect([one.closeReason, two.closeReason]).to.deep.equal(['BANNED', 'BANNED']);
    expect(one.heard('closing')[0]?.['message']).to.include('shouting');
    expect(door.server.organization().participants.list()).to.have.lengthOf(1);
    const back = door.connect();
    const resume = { token: away.resumeToken, instance: 'A'.repeat(22), lastSeq: null };
    void back.request('session.resume', resume).catch(() => {});
    await settle();
    expect(back.closeReason).to.equal('BANNED');
    expect(await refusalOf(enter(who))).to.equal('BANNED');
    expect(bans()[0]).to.include({ reason: 'shouting', createdBy: 'Mo' });
    await door.clock.advanceAsync(60_000);
    expect(await refusalOf(enter(who))).to.equal(undefined);
    expect(bans()).to.deep.equal([]);
  });

  it('bans a guest’s network, and that of a user only where it is asked for', async () => {
    const moderator = await enter(person());
    const guest = await enter({ ...person(), guest: true }, FAR);
    const neighbour = await enter(person(), FAR);
    const user = await enter(person(), '2001:db8::7');
    await moderator.request('participant.ban', { session: user.session });
    expect(bans().map(({ subject }) => subject.kind)).to.deep.equal(['user']);
    await moderator.request('participant.ban', { session: guest.session });
    expect(neighbour.closeReason).to.equal('BANNED');
    expect(await refusalOf(enter(person(), FAR))).to.equal('BANNED');
    const other = await enter(person(), '2001:db8::7');
    await moderator.request('participant.ban', { session: other.session, network: true });
    expect(await refusalOf(enter(person(), '2001:db8::8'))).to.equal('BANNED');
    expect(await refusalOf(enter(person(), '2001:db8:0:1::8'))).to.equal(undefined);
  });

  it('takes nobody along by their network whom the moderator may not ban', async () => {
    const guarded = new ScriptedPolicy(
      ({ identity }, permission, { sessionId }) =>
        permission !== 'BAN' || identity.displayName !== 'Mo' || sessionId !== chief.session,
    );
    const strict = await openDoor([knownPeople(), guarded.plugin]);
    const chief = await enterAs(strict, person(), undefined, FAR);
    const guest = await enterAs(strict, { ...person(), guest: true }, undefined, FAR);
    const moderator = await enterAs(strict, { ...person(), displayName: 'Mo' }, undefined, FAR);
    const ban = (order: { session: string; network?: boolean }) =>
      refusalOf(moderator.request('participant.ban', order));
    expect(await ban({ session: guest.session })).to.equal('ACCESS_DENIED');
    expect(await ban({ session: moderator.session, network: true })).to.equal('ACCESS_DENIED');
    expect(strict.server.organization().bans.list()).to.deep.equal([]);
    expect(await ban({ session: guest.session, network: false })).to.equal(undefined);
    expect([chief.closeReason, guest.closeReason]).to.deep.equal([null, 'BANNED']);
    await strict.server.stop();
  });

  it('never bans this machine, behind whose proxy everybody may be', async () => {
    const moderator = await enter(person());
    const guest = await enter({ ...person(), guest: true });
    const order = { session: guest.session, network: true };
    expect(await refusalOf(moderator.request('participant.ban', order))).to.equal('INVALID_PARAMS');
    await moderator.request('participant.ban', { session: guest.session });
    expect(guest.closeReason).to.equal('BANNED');
    expect(await refusalOf(enter(person()))).to.equal(undefined);
  });

  it('keeps a session from being resumed from a banned network', async () => {
    const instance = 'A'.repeat(22);
    const ann = door.connect();
    const { resumeToken: token } = await claim(ann, person(), undefined, instance);
    ann.vanish();
    await door.server.organization().bans.add({ network: `${FAR}/32` });
    const resume = { token, instance, lastSeq: null };
    const from = (address: string) => door.connect(address).request('session.resume', resume);
    expect(await refusalOf(from(FAR))).to.equal('BANNED');
    expect(await refusalOf(from('192.0.2.1'))).to.equal(undefined);
  });

  it('is made once with a key, whatever time has passed between the requests', async () => {
    const moderator = await enter(person());
    const [one, two] = [await enter(person(), FAR), await enter(person(), FAR)];
    const order = { session: one.session, network: true, key: randomUUID() };
    await moderator.request('participant.ban', order);
    door.clock.advance(299_999);
    await moderator.request('participant.ban', order);
    expect(bans()).to.have.lengthOf(2);
    expect(two.closeReason).to.equal('BANNED');
  });

  it('is lifted at once, by the id of the ban', async () => {
    const who = person();
    const { bans: api } = door.server.organization().as('duty officer');
    const { id } = await api.add({ userId: who.userId });
    await api.lift(id);
    expect(await refusalOf(enter(who))).to.equal(undefined);
    expect(await thrownBy(() => api.lift(id))).to.include({ code: 'NOT_FOUND' });
    const [lifted] = await door.server.organization().audit(2);
    expect(lifted).to.deep.include({
      action: 'ban.lift',
      outcome: 'refused',
      actor: { kind: 'program', name: 'duty officer' },
    });
  });

  it('takes a user or a network, and refuses every other shape', async () => {
    const { bans: api } = door.server.organization();
    const shapes: readonly object[] = [
      {},
      { userId: randomUUID(), network: FAR },
      { network: 'home' },
      { network: `${FAR}/40` },
      { userId: 'ann' },
      { userId: randomUUID(), durationMs: 0 },
      { userId: randomUUID(), reason: 'x'.repeat(1025) },
    ];
    for (const shape of shapes) {
      const error = await thrownBy(() => api.add(shape as never));
      expect(error, JSON.stringify(shape)).to.include({ code: 'INVALID_PARAMS' });
    }
    expect(api.list()).to.deep.equal([]);
  });
});

describe('Bans and their store', () => {
  it('hold again after a restart', async () => {
    const store = new MemoryBanStore(new MemoryDatabase());
    const plugin: Plugin = {
      name: 'bans',
      version: '1.0.0',
      provides: [BanStore],
      setup: (ctx) => ctx.provide(BanStore, () => store),
    };
    const who = { userId: randomUUID() };
    const first = await openDoor([knownPeople(), plugin]);
    await first.server.organization().bans.add({ userId: who.userId });
    await first.server.stop();
    const second = await openDoor([knownPeople(), plugin]);
    expect(await refusalOf(claim(second.connect(), who))).to.equal('BANNED');
    await second.server.stop();
  });

  it('change nothing where the store refuses, and are one after a write of which nobody knew', async () => {
    const store = new MemoryBanStore(new MemoryDatabase());
    let lost = true;
    const put = store.put.bind(store);
    store.put = async (record) => {
      await put(record);
      if (!lost) return;
      lost = false;
      throw Object.assign(new Error('gone'), { name: 'VoiceError', code: 'ERR_STORE_UNAVAILABLE' });
    };
    const plugin: Plugin = {
      name: 'bans',
      version: '1.0.0',
      provides: [BanStore],
      setup: (ctx) => ctx.provide(BanStore, () => store),
    };
    const door = await openDoor([knownPeople(), everythingAllowed, plugin]);
    const moderator = await enterAs(door, { userId: randomUUID() });
    const ann = await enterAs(door, { userId: randomUUID() });
    const order = { session: ann.session, key: randomUUID() };
    const first = await refusalOf(moderator.request('participant.ban', order));
    expect(ann.closeReason).to.equal(null);
    door.clock.advance(5000);
    await moderator.request('participant.ban', order);
    expect(ann.closeReason).to.equal('BANNED');
    expect(await store.list(door.server.organization().id, 0)).to.have.lengthOf(1);
    expect(first).to.equal('UNAVAILABLE');
    await door.server.stop();
  });
});
