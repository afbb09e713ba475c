import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { RoleStore, type Plugin, type RoleRecord } from '@sidetone/core';
import { sqlite } from '@sidetone/plugin-sqlite';
import { expect } from 'chai';
import { Roles } from '../../src/index.js';
import { AclStage, nobody, refusalOf } from '../double/acl-stage.js';

interface Storage {
  readonly name: string;
  readonly open: (folder: string) => readonly Plugin[];
}

const storages: readonly Storage[] = [
  { name: 'memory', open: () => [] },
  { name: 'SQLite', open: (folder) => [sqlite({ file: path.join(folder, 'roles.db') })] },
];

for (const storage of storages) {
  describe(`Roles, kept in ${storage.name}`, function () {
    this.timeout(30_000);
    let stage: AclStage;
    let folder: string;

    beforeEach(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'sidetone-roles-'));
      stage = await new AclStage().start(storage.open(folder));
    });

    afterEach(async () => {
      await stage.stop();
      await rm(folder, { recursive: true, force: true });
    });

    it('have the memory like the store after every kind of change', async () => {
      const { roles } = stage;
      const lobby = stage.channel('Lobby');
      const { id: pilot } = await roles.createRole({ name: 'Pilot', rank: 7 });
      const { id: crew } = await roles.createRole({ name: 'Crew', rank: 5, permissions: ['MUTE'] });
      const { id: user } = await stage.account('ann', 'Pilot', 'Crew');
      await roles.updateRole(pilot, { name: 'Flyer', rank: 8, permissions: ['SHOUT'] });
      const about = { subject: { kind: 'user', id: user }, allow: ['BAN'], deny: [] } as const;
      await roles.setOverride({ channelId: lobby, ...about, here: true, below: false });
      await roles.setOverride({
        ...{ channelId: lobby, subject: { kind: 'role', id: crew }, allow: [], deny: ['MUTE'] },
        ...{ here: false, below: true },
      });
      await roles.setSealed(lobby, true);
      const sound = { level: 50, pan: -1, slot: 3 } as const;
      const net = { channelId: lobby, listen: true, selected: false, talk: true, ...sound };
      await roles.setNetPlan(pilot, [net]);
      await same();
      expect(await roles.setGroups(user, ['Flyer'])).to.deep.equal({
        added: [],
        removed: ['Crew'],
      });
      await roles.removeOverride(lobby, about.subject);
      await roles.deleteRole(crew);
      await roles.setSealed(lobby, false);
      await same();
      await stage.server.organization().members.remove(user);
      await same();
      expect((await roles.list()).assignments).to.deep.equal([]);
    });

    it('have what another server has made, as soon as that is noticed', async () => {
      const { roles } = stage;
      const role = await roles.createRole({ name: 'Pilot', rank: 7 });
      const store = stage.server.get(RoleStore);
      await store.putRole({ ...role, name: 'Flyer', permissions: ['SHOUT'] });
      await store.putRole({ ...role, id: randomUUID(), name: 'Crew', version: 0 });
      const conflict = roles.updateRole(role.id, { rank: 9 });
      expect(await refusalOf(conflict)).to.equal('VERSION_CONFLICT');
      await same();
      expect((await roles.updateRole(role.id, { rank: 9 })).name).to.equal('Flyer');
      expect(await refusalOf(roles.createRole({ name: 'crew', rank: 1 }))).to.equal(
        'ALREADY_EXISTS',
      );
    });

    it('begin anew from what is kept, and are made once', async () => {
      const before = await stage.roles.list();
      expect(before.roles.map(({ name }) => name)).to.deep.equal(['Admin', 'Member', 'Guest']);
      if (storage.name === 'memory') return;
      await stage.roles.deleteRole(await stage.role('Member'));
      await stage.stop();
      stage = await new AclStage().start(storage.open(folder));
      expect((await stage.roles.list()).roles.map(({ name }) => name)).to.deep.equal([
        'Admin',
        'Guest',
      ]);
    });

    const same = async (): Promise<void> => {
      const book = await stage.roles.list();
      const kept = await stage.server.get(RoleStore).load(stage.organizationId);
      const sorted = (list: readonly unknown[]): unknown =>
        list.map((each) => JSON.stringify(each, Object.keys(flat(each)).sort())).sort();
      expect(sorted(book.roles)).to.deep.equal(sorted(kept.roles));
      expect(sorted(book.assignments)).to.deep.equal(sorted(kept.assignments));
      expect(sorted(book.overrides)).to.deep.equal(sorted(kept.overrides));
      expect([...book.sealedChannels]).to.have.members([...kept.sealedChannels]);
    };
  });
}

/** With the keys of what is inside, which `JSON.stringify` filters as well. */
function flat(value: unknown): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  JSON.stringify(value, (key, each: unknown) => {
    found[key] = true;
    return each;
  });
  return found;
}

describe('Roles', () => {
  let stage: AclStage;

  beforeEach(async () => {
    stage = await new AclStage().start();
  });

  afterEach(() => stage.stop());

  describe('keep the last administrator', () => {
    it('from being unassigned, removed or deleted, and their role from being taken away', async () => {
      const { roles, server } = stage;
      const { id: ann } = await stage.account('ann', 'Admin');
      const admin = await stage.role('Admin');
      const attempts = (): readonly Promise<unknown>[] => [
        roles.unassign(admin, ann),
        roles.deleteRole(admin),
        roles.updateRole(admin, { permissions: ['SPEAK'] }),
        roles.setGroups(ann, [], { managed: ['Admin'] }),
        server.organization().members.remove(ann),
        server.users.delete(ann),
      ];
      for (const attempt of attempts()) expect(await refusalOf(attempt)).to.equal('ACCESS_DENIED');
      expect([...(await roles.administrators())]).to.deep.equal([ann]);
      expect(await server.users.get(ann)).to.not.equal(null);

      const { id: bob } = await stage.account('bob', 'Admin');
      const [one, other] = await Promise.all([
        refusalOf(server.users.delete(ann)),
        refusalOf(server.organization().members.remove(bob)),
      ]);
      expect([one, other].sort()).to.deep.equal(['ACCESS_DENIED', 'nothing']);
      expect((await roles.administrators()).size).to.equal(1);
    });

    it('from having to rely on one whose account is disabled', async () => {
      const { roles, server } = stage;
      const admin = await stage.role('Admin');
      const { id: ann } = await stage.account('ann', 'Admin');
      const { id: bob } = await stage.account('bob', 'Admin');
      await server.users.disable(ann);
      expect(await refusalOf(roles.unassign(admin, bob))).to.equal('ACCESS_DENIED');
      expect(await refusalOf(server.users.delete(bob))).to.equal('ACCESS_DENIED');
      await server.users.enable(ann);
      expect(await refusalOf(roles.unassign(admin, bob))).to.equal('nothing');
    });

    it('while another role that administers is as good', async () => {
      const { roles } = stage;
      const { id: ann } = await stage.account('ann', 'Admin');
      await roles.createRole({ name: 'Owner', rank: 2000, permissions: ['ADMINISTER'] });
      await roles.assign(await stage.role('Owner'), ann);
      await roles.unassign(await stage.role('Admin'), ann);
      const last = roles.unassign(await stage.role('Owner'), ann);
      expect(await refusalOf(last)).to.equal('ACCESS_DENIED');
      const swapped = await roles.setGroups(ann, ['Admin'], { managed: ['Admin', 'Owner'] });
      expect(swapped).to.deep.equal({ added: ['Admin'], removed: ['Owner'] });
    });

    it('and need none where there is none', async () => {
      const { id } = await stage.account('ann');
      await stage.server.users.delete(id);
      await stage.roles.deleteRole(await stage.role('Admin'));
    });
  });

  it('take as many as the limits allow', async function () {
    this.timeout(20_000);
    const { roles } = stage;
    const { id: user } = await stage.account('ann');
    const made: RoleRecord[] = [];
    for (let n = 0; n < 253; n += 1) made.push(await roles.createRole({ name: `R${n}`, rank: 1 }));
    const last = roles.createRole({ name: 'more', rank: 1 });
    expect(await refusalOf(last)).to.equal('LIMIT_EXCEEDED');
    for (const { id } of made.slice(0, 64)) await roles.assign(id, user);
    const assigned = roles.assign(made[64]?.id ?? '', user);
    expect(await refusalOf(assigned)).to.equal('LIMIT_EXCEEDED');
    const groups = roles.setGroups(user, ['R99'], { managed: ['R99'] });
    expect(await refusalOf(groups)).to.equal('LIMIT_EXCEEDED');
    expect(await refusalOf(roles.assign(made[0]?.id ?? '', user))).to.equal('nothing');
  });

  it('are written down with who did it, also what was refused', async () => {
    const { roles, server } = stage;
    await roles.as('the tool').createRole({ name: 'Pilot', rank: 3 });
    await refusalOf(roles.createRole({ name: 'Pilot', rank: 3 }));
    const [refused, made] = await server.organization().audit(2);
    expect(made).to.deep.include({
      action: 'role.create',
      actor: { kind: 'program', name: 'the tool' },
      outcome: 'committed',
    });
    expect(refused).to.deep.include({ outcome: 'refused', code: 'ALREADY_EXISTS' });
  });

  it('answer programs in plain JavaScript as clients are answered', async () => {
    const { roles } = stage;
    for (const wrong of [
      roles.createRole({ name: '', rank: 1 }),
      roles.createRole({ name: 'R', rank: -1 }),
      roles.updateRole('Pilot', {}),
      roles.setSealed('Lobby', true),
    ]) {
      expect(await refusalOf(wrong)).to.equal('INVALID_PARAMS');
    }
    const channelId = stage.channel('Lobby');
    expect(await refusalOf(roles.removeOverride(channelId, { kind: 'user', id: nobody }))).to.equal(
      'NOT_FOUND',
    );
  });

  it('keep no rules for a channel that goes with its last member', async () => {
    const member = await stage.account('ann', 'Admin');
    const wire = await stage.connect('ann');
    const draft = { parent: null, name: 'Huddle', temporary: true };
    const { channel } = await wire.call<{ channel: { id: string } }>('channel.create', draft);
    const override = stage.roles.setOverride({
      ...{ channelId: channel.id, subject: { kind: 'user', id: member.id } },
      ...{ allow: [], deny: [], here: true, below: true },
    });
    expect(await refusalOf(override)).to.equal('INVALID_PARAMS');
  });

  it('hold for organizations that are made while the server runs, and go with them', async () => {
    const { id } = await stage.server.organizations.create({ name: 'Blue', admission: 'open' });
    const access = stage.server.get(Roles).organization(id);
    expect((await access.list()).roles).to.have.lengthOf(3);
    await stage.server.organizations.delete(id);
    expect(await refusalOf(access.list())).to.equal('NOT_FOUND');
  });
});
