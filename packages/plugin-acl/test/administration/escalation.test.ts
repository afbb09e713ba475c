import { expect } from 'chai';
import type { OverrideSubject } from '@sidetone/core';
import { AclStage, type Wire } from '../double/acl-stage.js';

/** Somebody who manages roles and is no administrator tries to get to what is kept from them. */
describe('who manages roles gets no more by it', () => {
  let stage: AclStage;
  let moderator: Wire;
  let top: string;
  let kept: string;

  beforeEach(async () => {
    stage = await new AclStage().start();
    await stage.roles.createRole({
      name: 'Moderator',
      rank: 500,
      permissions: ['MANAGE_ROLES', 'VIEW', 'JOIN', 'SPEAK'],
    });
    await stage.account('ann', 'Admin');
    await stage.account('mod', 'Moderator');
    top = stage.channel('Lobby');
    kept = (await stage.channels.create({ name: 'Kept', parent: top })).id;
    moderator = await stage.connect('mod');
  });

  afterEach(() => stage.stop());

  const rule = async (
    channelId: string,
    role: string,
    rules: { allow?: string[]; deny?: string[]; here?: boolean; below?: boolean },
  ): Promise<OverrideSubject> => {
    const subject = { kind: 'role', id: await stage.role(role) } as const;
    const all = { allow: [], deny: [], here: true, below: false, ...rules };
    await stage.roles.setOverride({ channelId, subject, ...all });
    return subject;
  };

  const maySee = async (channelId: string): Promise<boolean> =>
    (await moderator.refusal('access.list', { channel: channelId })) === null;

  it('not by deleting the role that keeps a channel from them', async () => {
    await rule(kept, 'Member', { deny: ['VIEW'] });
    expect(await maySee(kept)).to.equal(false);
    const role = await stage.role('Member');
    expect(await moderator.refusal('role.delete', { role })).to.equal('ACCESS_DENIED');
    expect(await maySee(kept)).to.equal(false);
  });

  it('not by taking from themselves the role that keeps a channel from them', async () => {
    await stage.roles.createRole({ name: 'Outsider', rank: 10 });
    const role = await stage.role('Outsider');
    await stage.roles.assign(role, moderator.self.userId);
    await rule(kept, 'Outsider', { deny: ['VIEW'] });
    expect(await maySee(kept)).to.equal(false);
    const user = moderator.self.userId;
    expect(await moderator.refusal('role.unassign', { role, user })).to.equal('ACCESS_DENIED');
    expect(await maySee(kept)).to.equal(false);
  });

  it('not by a rule for all channels below one that they see', async () => {
    await rule(top, 'Member', { deny: ['VIEW'], here: false, below: true });
    expect([await maySee(top), await maySee(kept)]).to.deep.equal([true, false]);
    const { role } = await moderator.call<{ role: { id: string } }>('role.create', {
      name: 'Key',
      rank: 499,
    });
    const subject = { kind: 'role', id: role.id };
    const rules = { channel: top, subject, allow: ['VIEW'], deny: [] };
    const user = moderator.self.userId;
    await moderator.ask('role.assign', { role: role.id, user });
    expect(
      await moderator.refusal('role.setOverride', { ...rules, here: true, below: true }),
    ).to.equal('ACCESS_DENIED');
    expect(await maySee(kept)).to.equal(false);
    expect(
      await moderator.refusal('role.setOverride', { ...rules, here: true, below: false }),
    ).to.equal(null);
  });

  it('not by a role whose rules reach below what they see', async () => {
    await rule(top, 'Member', { deny: ['VIEW'], here: false, below: true });
    await stage.roles.createRole({ name: 'Key', rank: 400 });
    await rule(top, 'Key', { allow: ['VIEW'], here: true, below: true });
    const assignment = { role: await stage.role('Key'), user: moderator.self.userId };
    expect(await moderator.refusal('role.assign', assignment)).to.equal('ACCESS_DENIED');
  });

  it('not by sealing a channel above what is kept from them', async () => {
    const middle = (await stage.channels.create({ name: 'Middle', parent: top })).id;
    const deep = (await stage.channels.create({ name: 'Deep', parent: middle })).id;
    await rule(top, 'Member', { deny: ['VIEW'], here: false, below: true });
    await rule(middle, 'Moderator', { allow: ['VIEW'] });
    expect([await maySee(middle), await maySee(deep)]).to.deep.equal([true, false]);
    expect(await moderator.refusal('role.seal', { channel: middle, sealed: true })).to.equal(
      'ACCESS_DENIED',
    );
    expect(await maySee(deep)).to.equal(false);
  });

  it('not by lifting a role above the one that keeps a channel from them', async () => {
    await stage.roles.createRole({ name: 'Key', rank: 10 });
    const role = await stage.role('Key');
    await stage.roles.assign(role, moderator.self.userId);
    await rule(kept, 'Key', { allow: ['VIEW'] });
    await rule(kept, 'Member', { deny: ['VIEW'] });
    expect(await maySee(kept)).to.equal(false);
    expect(await moderator.refusal('role.update', { role, rank: 300 })).to.equal('ACCESS_DENIED');
    expect(await maySee(kept)).to.equal(false);
    expect(await moderator.refusal('role.update', { role, rank: 10 })).to.equal(null);
  });

  it('not by giving a role the name that credentials name', async () => {
    await stage.roles.createRole({ name: 'Bouncer', rank: 50, permissions: ['BAN'] });
    stage.claims.set('friend', ['Crew']);
    await stage.account('friend');
    const friend = await stage.connect('friend');
    const role = await stage.role('Bouncer');
    expect(await moderator.refusal('role.update', { role, name: 'Crew' })).to.equal(
      'ACCESS_DENIED',
    );
    const { permissions } = await friend.call<{ permissions: string[] }>('access.list');
    expect(permissions).to.not.include('BAN');
  });

  it('not by locking out who stands above them with a role that denies', async () => {
    await stage.roles.createRole({ name: 'Chief', rank: 600 });
    await stage.roles.createRole({ name: 'Blindfold', rank: 10 });
    const role = await stage.role('Blindfold');
    await rule(top, 'Blindfold', { deny: ['VIEW'] });
    await stage.account('chief', 'Chief');
    const chief = await stage.connect('chief');
    const assignment = { role, user: chief.self.userId };
    expect(await moderator.refusal('role.assign', assignment)).to.equal('ACCESS_DENIED');
    expect(await chief.refusal('access.list', { channel: top })).to.equal(null);
    await stage.roles.assign(role, chief.self.userId);
    expect(await moderator.refusal('role.unassign', assignment)).to.equal('ACCESS_DENIED');
    const own = { role, user: moderator.self.userId };
    expect(await moderator.refusal('role.assign', own)).to.equal(null);
  });
});
