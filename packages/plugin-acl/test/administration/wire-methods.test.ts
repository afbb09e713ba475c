import { expect } from 'chai';
import { waitFor } from '@sidetone/testkit';
import { listRoles } from '../../src/administration/role-queries.js';
import type { RoleView } from '../../src/index.js';
import { AclStage, nobody, type Wire } from '../double/acl-stage.js';

describe('roles over the wire', () => {
  let stage: AclStage;
  let moderator: Wire;
  let guest: Wire;

  beforeEach(async () => {
    stage = await new AclStage().start();
    await stage.roles.createRole({
      name: 'Moderator',
      rank: 500,
      permissions: ['MANAGE_ROLES', 'MUTE', 'VIEW', 'JOIN', 'SPEAK'],
    });
    await stage.roles.createRole({ name: 'Pilot', rank: 200, permissions: ['SPEAK'] });
    await stage.account('ann', 'Admin');
    await stage.account('mod', 'Moderator');
    moderator = await stage.connect('mod');
    guest = await stage.guest('Gus');
  });

  afterEach(() => stage.stop());

  const listed = async (wire: Wire): Promise<readonly RoleView[]> =>
    (await wire.call<{ roles: RoleView[] }>('role.list')).roles;

  it('show everything to who manages roles, and to others what they have', async () => {
    const all = await listed(moderator);
    expect(all.map(({ name }) => name)).to.deep.equal([
      'Admin',
      'Moderator',
      'Pilot',
      'Member',
      'Guest',
    ]);
    expect(all[1]).to.include({ held: true, holders: 1 }).and.to.have.property('permissions');
    const own = await listed(guest);
    expect(own.map(({ name }) => name)).to.deep.equal(['Guest']);
    expect(own[0]).to.have.all.keys('id', 'name', 'rank', 'implicit', 'held');
    expect(await guest.refusal('role.list', { user: moderator.self.userId })).to.equal(
      'ACCESS_DENIED',
    );
  });

  it('are made, changed and deleted below the own rank, and of what one has', async () => {
    const draft = { name: 'Helper', rank: 300, permissions: ['MUTE'] };
    const { role } = await moderator.call<{ role: RoleView }>('role.create', draft);
    expect(role).to.include({ name: 'Helper', holders: 0, version: 1 });
    const changes = { role: role.id, name: 'Steward', permissions: ['MUTE', 'SPEAK'] };
    await moderator.call('role.update', { ...changes, version: 1 });
    expect(await moderator.refusal('role.update', { ...changes, version: 1 })).to.equal(
      'VERSION_CONFLICT',
    );
    for (const [method, params] of [
      ['role.create', { name: 'Peer', rank: 500 }],
      ['role.create', { name: 'Peer', rank: 300, permissions: ['BAN'] }],
      ['role.update', { role: role.id, rank: 500 }],
      ['role.update', { role: role.id, permissions: ['ADMINISTER'] }],
      ['role.update', { role: await stage.role('Moderator'), name: 'Better' }],
      ['role.delete', { role: await stage.role('Admin') }],
    ] as const) {
      const told = `${method} ${JSON.stringify(params)}`;
      expect(await moderator.refusal(method, params), told).to.equal('ACCESS_DENIED');
    }
    await moderator.call('role.delete', { role: role.id });
    expect(await stage.roles.find('Steward')).to.equal(null);
  });

  it('take no name twice, no unknown permission, and nothing that everybody would administer by', async () => {
    const refusal = (params: Record<string, unknown>): Promise<string | null> =>
      moderator.refusal('role.create', { rank: 10, ...params });
    expect(await refusal({ name: 'pilot' })).to.equal('ALREADY_EXISTS');
    expect(await refusal({ name: 'All', implicit: 'guest' })).to.equal('ALREADY_EXISTS');
    expect(await refusal({ name: 'Odd', permissions: ['SPEEK'] })).to.equal('INVALID_PARAMS');
    const everybody = { name: 'All', rank: 1, implicit: 'everyone', permissions: ['ADMINISTER'] };
    const admin = await stage.connect('ann');
    expect(await admin.refusal('role.create', everybody)).to.equal('INVALID_PARAMS');
  });

  it('act at once on who is here', async () => {
    const pilot = await stage.role('Pilot');
    await stage.roles.setOverride({
      channelId: stage.channel('Hidden'),
      subject: { kind: 'role', id: await stage.role('Member') },
      allow: [],
      deny: ['VIEW'],
      here: true,
      below: false,
    });
    const { id: user } = await stage.account('bob');
    await stage.server.organization().members.put(user);
    const bob = await stage.connect('bob');
    const hidden = stage.channel('Hidden');
    expect(await bob.refusal('channel.join', { channel: hidden })).to.equal('NOT_FOUND');
    await stage.roles.setOverride({
      channelId: hidden,
      subject: { kind: 'role', id: pilot },
      allow: ['VIEW', 'JOIN'],
      deny: [],
      here: true,
      below: false,
    });
    // The moderator does not see the channel, and so does not give what comes with the role there.
    expect(await moderator.refusal('role.assign', { role: pilot, user })).to.equal('ACCESS_DENIED');
    const admin = await stage.connect('ann');
    await admin.call('role.assign', { role: pilot, user });
    expect(await bob.refusal('channel.join', { channel: hidden })).to.equal(null);
    await moderator.call('role.unassign', { role: pilot, user });
    expect(await bob.refusal('channel.join', { channel: hidden })).to.equal('NOT_FOUND');
  });

  it('make members only for who manages members, and tell nobody else who has an account', async () => {
    const pilot = await stage.role('Pilot');
    const { id: stranger } = await stage.account('eve');
    for (const user of [stranger, nobody, guest.self.userId]) {
      expect(await moderator.refusal('role.assign', { role: pilot, user })).to.equal('NOT_FOUND');
    }
    await stage.roles.updateRole(await stage.role('Moderator'), {
      permissions: ['MANAGE_ROLES', 'MANAGE_MEMBERS', 'SPEAK', 'VIEW', 'JOIN'],
    });
    await moderator.call('role.assign', { role: pilot, user: stranger });
    expect(await stage.server.organization().members.get(stranger)).to.not.equal(null);
    expect(
      await moderator.refusal('role.assign', { role: pilot, user: guest.self.userId }),
    ).to.equal('NOT_FOUND');
    const { holders, more } = await moderator.call<{ holders: object[]; more: boolean }>(
      'role.holders',
      { role: pilot },
    );
    expect([holders, more]).to.deep.equal([[{ id: stranger, name: 'eve' }], false]);
    const member = await stage.role('Member');
    expect(await moderator.refusal('role.assign', { role: member, user: stranger })).to.equal(
      'INVALID_PARAMS',
    );
  });

  it('are different at channels: overrides and seals', async () => {
    const channel = stage.channel('Lobby');
    const subject = { kind: 'role', id: await stage.role('Guest') };
    const rules = { allow: [], deny: ['SPEAK'], here: true, below: true };
    const { override } = await moderator.call<{ override: object }>('role.setOverride', {
      channel,
      subject,
      ...rules,
    });
    expect(override).to.deep.equal({ channel, subject, ...rules, version: 1 });
    expect(await stage.may({ userId: nobody, guest: true }, 'SPEAK', channel)).to.equal(false);
    await moderator.call('role.seal', { channel, sealed: true });
    expect(await moderator.call('role.overrides', { channel })).to.deep.equal({
      sealed: true,
      overrides: [override],
    });
    for (const [code, params] of [
      ['INVALID_PARAMS', { allow: ['ADMINISTER'] }],
      ['INVALID_PARAMS', { allow: ['SPEAK'] }],
      ['INVALID_PARAMS', { here: false, below: false }],
      ['ACCESS_DENIED', { allow: ['BAN'] }],
      ['ACCESS_DENIED', { subject: { kind: 'role', id: await stage.role('Admin') } }],
      ['ACCESS_DENIED', { subject: { kind: 'user', id: moderator.self.userId } }],
      ['NOT_FOUND', { subject: { kind: 'user', id: nobody } }],
      ['NOT_FOUND', { channel: nobody }],
      ['VERSION_CONFLICT', { version: 7 }],
    ] as const) {
      const given = { channel, subject, ...rules, ...params };
      const told = JSON.stringify(params);
      expect(await moderator.refusal('role.setOverride', given), told).to.equal(code);
    }
    await moderator.call('role.removeOverride', { channel, subject });
    expect(await moderator.refusal('role.removeOverride', { channel, subject })).to.equal(
      'NOT_FOUND',
    );
    await moderator.call('role.seal', { channel, sealed: false });
  });

  it('never name a channel that is hidden', async () => {
    const hidden = stage.channel('Hidden');
    const pilot = await stage.role('Pilot');
    const moderators = { kind: 'role', id: await stage.role('Moderator') } as const;
    const rules = { allow: [], deny: ['VIEW'], here: true, below: false };
    await stage.roles.setOverride({ channelId: hidden, subject: moderators, ...rules });
    const net = { listen: true, selected: true, talk: true, slot: 1, level: 80, pan: 0 } as const;
    await stage.roles.setNetPlan(pilot, [{ channelId: hidden, ...net }]);
    const before = moderator.texts.length;
    await moderator.call('role.list');
    for (const [method, params] of [
      ['role.overrides', { channel: hidden }],
      ['role.seal', { channel: hidden, sealed: true }],
      ['role.setOverride', { channel: hidden, subject: moderators, ...rules }],
      ['role.removeOverride', { channel: hidden, subject: moderators }],
      ['role.setNetPlan', { role: pilot, nets: [{ channel: hidden, ...net }] }],
    ] as const) {
      expect(await moderator.refusal(method, params), method).to.equal('NOT_FOUND');
      const unknown = JSON.parse(JSON.stringify(params).replaceAll(hidden, nobody)) as object;
      const [one, other] = [
        await moderator.ask(method, params),
        await moderator.ask(method, { ...unknown }),
      ];
      expect(one.error?.message.replaceAll(hidden, 'it')).to.equal(
        other.error?.message.replaceAll(nobody, 'it'),
      );
    }
    const lobby = stage.channel('Lobby');
    await moderator.call('role.setNetPlan', {
      role: pilot,
      nets: [{ channel: lobby, ...net, slot: 2 }],
    });
    const answers = moderator.texts.slice(before).filter((text) => text.includes('"result"'));
    expect(answers.join()).to.not.include(hidden);
    expect(
      (await stage.roles.find('Pilot'))?.netPlan.map(({ channelId }) => channelId),
    ).to.deep.equal([lobby, hidden]);
  });

  it('tell who manages roles that they have changed, and nobody else', async () => {
    await stage.roles.createRole({ name: 'New', rank: 1 });
    await waitFor(() => moderator.heard('rolesChanged') > 0);
    expect(guest.heard('rolesChanged')).to.equal(0);
  });

  it('give each their net plan, and tell when it is another', async () => {
    const lobby = stage.channel('Lobby');
    const net = { listen: true, selected: true, talk: true, slot: 1, level: 80, pan: 0 } as const;
    expect(await moderator.call('netPlan.get')).to.deep.equal({ nets: [] });
    await stage.roles.setNetPlan(await stage.role('Moderator'), [{ channelId: lobby, ...net }]);
    await waitFor(() => moderator.heard('netPlanChanged') === 1);
    expect(await moderator.call('netPlan.get')).to.deep.equal({
      nets: [{ channel: lobby, ...net }],
    });
    await stage.channels.delete(lobby);
    await waitFor(() => moderator.heard('netPlanChanged') === 2);
    expect(await moderator.call('netPlan.get')).to.deep.equal({ nets: [] });
    expect(guest.heard('netPlanChanged')).to.equal(0);
  });

  it('come with credentials for the session, too, and go when the role goes', async () => {
    await stage.account('tok');
    stage.claims.set('tok', ['PILOT', 'Unheard']);
    const wire = await stage.connect('tok');
    expect((await listed(wire)).map(({ name }) => name)).to.deep.equal(['Pilot', 'Member']);
    const lobby = stage.channel('Lobby');
    const net = { listen: true, selected: true, talk: true, slot: 1, level: 80, pan: 0 } as const;
    await stage.roles.setNetPlan(await stage.role('Pilot'), [{ channelId: lobby, ...net }]);
    expect(await wire.call('netPlan.get')).to.deep.equal({ nets: [{ channel: lobby, ...net }] });
    await stage.roles.deleteRole(await stage.role('Pilot'));
    await waitFor(() => wire.heard('netPlanChanged') === 1);
    expect((await listed(wire)).map(({ name }) => name)).to.deep.equal(['Member']);
  });

  it('leave no more in the audit log of what is refused than a few of each list', async () => {
    const channel = stage.channel('Lobby');
    const subject = { kind: 'role', id: await stage.role('Pilot') };
    const many = Array.from({ length: 200 }, (_, at) => `X${at}`);
    const rules = { allow: many, deny: [], here: true, below: false };
    const refusal = await guest.refusal('role.setOverride', { channel, subject, ...rules });
    expect(refusal).to.equal('ACCESS_DENIED');
    const [entry] = await stage.server.organization().audit(1);
    expect(entry).to.include({ action: 'role.setOverride', outcome: 'refused' });
    const { allow } = entry?.details as { allow: string[] };
    expect(allow).to.deep.equal([...many.slice(0, 16), 'and 184 more']);
  });

  it('are listed with one look at what the caller has', () => {
    let looks = 0;
    const held = (): ReadonlySet<string> => {
      looks += 1;
      return new Set();
    };
    const record = { organizationId: 'o', rank: 1, permissions: [], implicit: null, netPlan: [] };
    const all = ['a', 'b', 'c'].map((id) => ({ ...record, id, name: id, version: 1 }));
    const roles = { roles: () => all, holders: () => new Set() };
    const author = { allows: () => true };
    const call = { roles, author, held } as unknown as Parameters<typeof listRoles>[0];
    expect(listRoles(call, {}).roles).to.have.length(3);
    expect(looks).to.equal(1);
  });

  it('are refused to who does not manage them, whatever the method', async () => {
    const role = await stage.role('Pilot');
    const channel = stage.channel('Lobby');
    const subject = { kind: 'role', id: role };
    const user = moderator.self.userId;
    for (const [method, params] of [
      ['role.holders', { role }],
      ['role.overrides', { channel }],
      ['role.create', { name: 'Mine', rank: 0 }],
      ['role.update', { role, name: 'Mine' }],
      ['role.delete', { role }],
      ['role.assign', { role, user }],
      ['role.unassign', { role, user }],
      ['role.setOverride', { channel, subject, allow: [], deny: [], here: true, below: false }],
      ['role.removeOverride', { channel, subject }],
      ['role.seal', { channel, sealed: true }],
      ['role.setNetPlan', { role, nets: [] }],
    ] as const) {
      expect(await guest.refusal(method, params), method).to.equal('ACCESS_DENIED');
    }
  });
});
