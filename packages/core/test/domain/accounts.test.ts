import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { hashInviteCode, InviteStore, Sessions } from '../../src/index.js';
import { thrownBy } from '../double/thrown.js';
import { enterAs, knownPeople } from './known-people.js';
import { openDoor, settle, type OpenDoor } from './open-door.js';
import { createInstance, refusalOf } from './test-peer.js';

describe('Accounts, from within the process', () => {
  let door: OpenDoor;

  beforeEach(async () => {
    door = await openDoor([knownPeople()]);
  });

  afterEach(() => door.server.stop());

  it('are created, found, changed and deleted, and audited under the name that was given', async () => {
    const users = door.server.users.as('duty officer');
    const ann = await users.create({ name: 'Ann' });
    expect(ann).to.include({ displayName: 'Ann', disabled: false, administrator: false });
    const changed = await users.update(ann.id, { displayName: 'Annie', administrator: true });
    expect(await users.find('ANN')).to.deep.equal(changed);
    expect(await users.get(ann.id)).to.include({ displayName: 'Annie', name: 'Ann' });
    expect(await users.list()).to.deep.equal([changed]);
    await users.delete(ann.id);
    expect(await users.get(ann.id)).to.equal(null);
    const entries = await door.server.organization().audit(3);
    expect(entries.map(({ action, actor }) => [action, actor]).reverse()).to.deep.equal(
      ['user.create', 'user.update', 'user.delete'].map((action) => [
        action,
        { kind: 'program', name: 'duty officer' },
      ]),
    );
  });

  it('are refused as clients are, and the refusal is audited', async () => {
    const { users } = door.server;
    await users.create({ name: 'Ann' });
    const refusals: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['ALREADY_EXISTS', () => users.create({ name: 'ann' })],
      ['NOT_FOUND', () => users.update(randomUUID(), { name: 'x' })],
      ['NOT_FOUND', () => users.disable(randomUUID())],
      ['NOT_FOUND', () => users.delete(randomUUID())],
      ['INVALID_PARAMS', () => users.create({ name: '' })],
      ['INVALID_PARAMS', () => users.create({ name: 'Ben', administrator: 1 as never })],
    ];
    for (const [code, ask] of refusals) expect(await thrownBy(ask)).to.include({ code });
    const entries = await door.server.organization().audit(refusals.length);
    expect(entries.map(({ outcome, code }) => [outcome, code]).reverse()).to.deep.equal(
      refusals.map(([code]) => ['refused', code]),
    );
    expect(await users.list()).to.have.lengthOf(1);
  });

  it('keep what callers must not set', async () => {
    const given = { name: 'Ann', id: randomUUID(), disabled: true, version: 9 } as never;
    const ann = await door.server.users.create(given);
    expect(ann).to.include({ disabled: false, version: 1 });
    await door.server.users.update(ann.id, { disabled: true, version: 0 } as never);
    expect(await door.server.users.get(ann.id)).to.include({ disabled: false, version: 2 });
  });

  const ends = {
    disabled: (id) => door.server.users.disable(id),
    deleted: (id) => door.server.users.delete(id),
    'no administrator any more': (id) => door.server.users.update(id, { administrator: false }),
  } satisfies Record<string, (id: string) => Promise<unknown>>;

  for (const [state, change] of Object.entries(ends)) {
    it(`end their sessions in every organization at once when ${state}`, async () => {
      await door.server.organizations.create({ name: 'Other', admission: 'open' });
      const { id } = await door.server.users.create({ name: 'ann', administrator: true });
      const who = { userId: id, administrator: true };
      const [here, there, away] = [
        await enterAs(door, who),
        await enterAs(door, who, 'Other'),
        await enterAs(door, who),
      ];
      const ben = await enterAs(door, { userId: randomUUID() });
      away.vanish();
      await change(id);
      expect([here, there].map(({ closeReason }) => closeReason)).to.deep.equal([
        'CREDENTIALS_CHANGED',
        'CREDENTIALS_CHANGED',
      ]);
      expect(ben.closeReason).to.equal(null);
      const back = door.connect();
      const resume = { token: away.resumeToken, instance: createInstance(), lastSeq: null };
      void back.request('session.resume', resume).catch(() => {});
      await settle();
      expect(back.closeReason).to.equal('CREDENTIALS_CHANGED');
    });
  }

  it('keep the session in which a credential was changed', async () => {
    const who = { userId: randomUUID() };
    const [kept, other] = [await enterAs(door, who), await enterAs(door, who)];
    const sessions = door.server.get(Sessions);
    const count = sessions.closeOfUser(who.userId, 'CREDENTIALS_CHANGED', {
      except: kept.session,
      detail: 'a new password was set',
    });
    expect(count).to.equal(1);
    expect([kept.closeReason, other.closeReason]).to.deep.equal([null, 'CREDENTIALS_CHANGED']);
    expect(other.heard('closing')[0]?.['message']).to.equal('a new password was set');
    expect(await refusalOf(kept.request('session.setState', { muted: true }))).to.equal(undefined);
  });
});

describe('Organizations, from within the process', () => {
  let door: OpenDoor;

  beforeEach(async () => {
    door = await openDoor([knownPeople()]);
  });

  afterEach(() => door.server.stop());

  it('are created closed and empty, each with a tree of its own', async () => {
    const { id } = await door.server.organizations.create({ name: 'Alpha' });
    const alpha = door.server.organization('ALPHA');
    expect(alpha).to.include({ id, name: 'Alpha' });
    expect(alpha.channels.list()).to.deep.equal([]);
    await alpha.channels.create({ name: 'Lobby' });
    const main = door.server.organization().channels.list();
    expect(main.map(({ name }) => name)).to.deep.equal(['Lobby']);
    expect(alpha.channels.list()[0]?.id).not.to.equal(main[0]?.id);
    expect(door.server.organizations.list().map(({ name }) => name)).to.deep.equal([
      'Alpha',
      'Main',
    ]);
    expect((await alpha.audit()).map(({ action }) => action)).to.deep.equal([
      'channel.create',
      'organization.create',
    ]);
  });

  it('take another name, and the server’s own stays what it is', async () => {
    const own = door.server.organization();
    await door.server.organizations.update(own.id, { name: 'Squadron' });
    expect(own.name).to.equal('Squadron');
    expect(door.server.organization().id).to.equal(own.id);
    const entered = await enterAs(door, { userId: randomUUID() });
    expect(entered.organization).to.deep.equal({ id: own.id, name: 'Squadron' });
    expect(await refusalOf(enterAs(door, { userId: randomUUID() }, 'Main'))).to.equal('NOT_FOUND');
  });

  it('are refused as clients are', async () => {
    const { organizations } = door.server;
    const own = door.server.organization().id;
    const refusals: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['ALREADY_EXISTS', () => organizations.create({ name: 'main' })],
      ['INVALID_PARAMS', () => organizations.create({ name: 'x', participantLimit: 0 })],
      ['INVALID_PARAMS', () => organizations.create({ name: 'x', admission: 'all' as never })],
      ['NOT_FOUND', () => organizations.update('Main', { name: 'by name' })],
      ['NOT_FOUND', () => organizations.delete(randomUUID())],
      ['INVALID_PARAMS', () => organizations.delete(own)],
    ];
    for (const [code, ask] of refusals) expect(await thrownBy(ask)).to.include({ code });
    expect(organizations.list()).to.have.lengthOf(1);
  });

  it('hold a new limit of channels at once', async () => {
    const { id, channels } = door.server.organization();
    await door.server.organizations.update(id, { channelLimit: 2 });
    await channels.create({ name: 'Second' });
    expect(await thrownBy(() => channels.create({ name: 'Third' }))).to.include({
      code: 'LIMIT_EXCEEDED',
    });
  });

  it('send everybody away but members, administrators and the program’s own when they close', async () => {
    const own = door.server.organization();
    const { id } = await door.server.users.create({ name: 'ann' });
    await own.members.put(id);
    const [member, guest, stranger, administrator] = [
      await enterAs(door, { userId: id }),
      await enterAs(door, { userId: randomUUID(), guest: true }),
      await enterAs(door, { userId: randomUUID() }),
      await enterAs(door, { userId: randomUUID(), administrator: true }),
    ];
    const bot = own.openMediaPort({
      displayName: 'Recorder',
      frames: 'sealed',
      onFrame: () => {},
    });
    await door.server.organizations.update(own.id, { admission: 'members' });
    const reasons = [member, guest, stranger, administrator].map((peer) => peer.closeReason);
    expect(reasons).to.deep.equal([null, 'KICKED', 'KICKED', null]);
    expect(own.participants.list().map(({ user }) => user.name)).to.include('Recorder');
    bot.close();
  });

  it('go with their sessions, channels and bots, and nothing can be made in them after', async () => {
    const { id } = await door.server.organizations.create({ name: 'Alpha', admission: 'open' });
    const alpha = door.server.organization(id);
    const channel = await alpha.channels.create({ name: 'Lobby' });
    await alpha.channels.create({ name: 'Below', parent: channel.id, temporary: true });
    const ann = await enterAs(door, { userId: randomUUID() }, id);
    const { keys } = await ann.request('channel.join', { channel: channel.id });
    expect(keys).to.have.lengthOf(1);
    const ben = await enterAs(door, { userId: randomUUID() });
    const bot = alpha.openMediaPort({
      displayName: 'Recorder',
      frames: 'sealed',
      onFrame: () => {},
    });
    await door.server.organizations.delete(id);
    expect([ann.closeReason, ben.closeReason]).to.deep.equal(['KICKED', null]);
    expect(await thrownBy(() => bot.join(channel.id))).to.be.an('error');
    expect(() => door.server.organization(id)).to.throw();
    expect(alpha.channels.list()).to.deep.equal([]);
    const late = alpha.channels.create({ name: 'Late', temporary: true });
    expect(await thrownBy(() => late)).to.include({ code: 'NOT_FOUND' });
    expect(await refusalOf(enterAs(door, { userId: randomUUID() }, id))).to.equal('NOT_FOUND');
  });
});

describe('Members and invites, from within the process', () => {
  let door: OpenDoor;

  beforeEach(async () => {
    door = await openDoor([knownPeople()]);
    await door.server.organizations.create({ name: 'Team' });
  });

  afterEach(() => door.server.stop());

  it('lets a member in under the name they have there, and out when they are none any more', async () => {
    const { members } = door.server.organization('Team');
    const { id } = await door.server.users.create({ name: 'ann' });
    const joined = await members.put(id);
    expect(await members.put(id, { displayName: 'Viper 1' })).to.include({
      joinedAt: joined.joinedAt,
      displayName: 'Viper 1',
    });
    const [team, main] = [
      await enterAs(door, { userId: id }, 'Team'),
      await enterAs(door, { userId: id }),
    ];
    expect([team.user.name, main.user.name]).to.deep.equal(['Viper 1', 'Somebody']);
    await members.remove(id);
    expect([team.closeReason, main.closeReason]).to.deep.equal(['KICKED', null]);
    expect(await members.list()).to.deep.equal([]);
    expect(await thrownBy(() => members.remove(id))).to.include({ code: 'NOT_FOUND' });
  });

  it('leaves a member of an open organization there', async () => {
    const { members } = door.server.organization();
    const { id } = await door.server.users.create({ name: 'ann' });
    await members.put(id);
    const ann = await enterAs(door, { userId: id });
    await members.remove(id);
    expect(ann.closeReason).to.equal(null);
  });

  it('knows no member without an account', async () => {
    const { members } = door.server.organization('Team');
    expect(await thrownBy(() => members.put(randomUUID()))).to.include({ code: 'NOT_FOUND' });
  });

  it('gives an invite’s code out once, and keeps what finds it', async () => {
    const { invites } = door.server.organization('Team').as('duty officer');
    const { invite, code } = await invites.create({ maxUses: 2, durationMs: 1000 });
    expect(code).to.match(/^[\w-]{22}$/);
    const found = await door.server.get(InviteStore).findByCode(hashInviteCode(code));
    expect(found).to.deep.equal({ invite, uses: 0 });
    expect(invite.expiresAt).to.equal(door.clock.wallTime() + 1000);
    expect(JSON.stringify([await invites.list(), await door.server.organization('Team').audit()]))
      .to.include('duty officer')
      .and.not.include(code);
    await invites.revoke(invite.id);
    expect(await invites.list()).to.deep.equal([]);
    expect(await thrownBy(() => invites.revoke(invite.id))).to.include({ code: 'NOT_FOUND' });
    expect(await thrownBy(() => invites.create({ maxUses: 0 }))).to.include({
      code: 'INVALID_PARAMS',
    });
  });
});
