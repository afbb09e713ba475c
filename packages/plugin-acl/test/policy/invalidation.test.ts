import { expect } from 'chai';
import type { SubjectRights } from '../../src/policy/subject-rights.js';
import { person, RoleWorld, sessionOf } from '../support/role-world.js';

const USERS = ['ann', 'ben', 'cay', 'dan'];
const CHANNELS = ['fleet', 'wing', 'flight', 'bar'];
/** Four channels and the organization. */
const SETS = CHANNELS.length + 1;

describe('a change of rights', () => {
  let world: RoleWorld;
  let rights: Map<string, SubjectRights>;

  /** fleet, wing below it, flight below that; and a channel beside them. */
  beforeEach(() => {
    world = new RoleWorld();
    world.directory.add('fleet');
    world.directory.add('wing', 'fleet');
    world.directory.add('flight', 'wing');
    world.directory.add('bar');
    world.role({ id: 'everyone', implicit: 'everyone', rank: 0, permissions: ['VIEW'] });
    world.role({ id: 'pilot', permissions: ['JOIN'] });
    world.role({ id: 'gunner', rank: 50, permissions: ['JOIN'] });
    world.assign('pilot', 'ann');
    world.assign('pilot', 'ben');
    rights = new Map(USERS.map((user) => [user, world.enter(person(user))]));
    askAll();
    world.changes.length = 0;
  });

  function askAll(): void {
    for (const one of rights.values()) {
      one.allows('SPEAK', {});
      for (const channelId of CHANNELS) one.allows('SPEAK', { channelId });
    }
  }

  /** Sets of permissions that are worked out again because of a change. */
  const recompiledBy = (change: () => void): number => {
    change();
    return world.compiledBy(askAll);
  };

  it('is followed by nothing where everything has been asked before', () => {
    expect(recompiledBy(() => {})).to.equal(0);
  });

  it('of what a role gives touches who holds it', () => {
    const count = recompiledBy(() => world.role({ id: 'pilot', permissions: ['JOIN', 'SPEAK'] }));
    expect(count).to.equal(2 * SETS);
    expect(world.changes).to.have.deep.members([
      { organizationId: 'organization', userId: 'ann' },
      { organizationId: 'organization', userId: 'ben' },
    ]);
  });

  it('of a role that nobody holds touches nobody', () => {
    expect(recompiledBy(() => world.role({ id: 'gunner', permissions: ['SPEAK'] }))).to.equal(0);
    expect(world.changes).to.deep.equal([]);
  });

  it('of the name or plan of a role touches nobody', () => {
    const change = () =>
      world.role({ id: 'pilot', name: 'Ace', permissions: ['JOIN'], version: 2 });
    expect(recompiledBy(change)).to.equal(0);
    expect(world.changes).to.deep.equal([]);
    expect(rights.get('ann')?.explain('JOIN', {}).because[0]?.text).to.equal('role "Ace" has JOIN');
  });

  it('of the name of a role touches those whose credentials name it', () => {
    rights.set('eve', world.enter(person('eve', { roles: ['Ace'] })));
    askAll();
    const change = () => world.role({ id: 'gunner', name: 'Ace', permissions: ['SPEAK'] });
    expect(recompiledBy(change)).to.equal(SETS);
    expect(rights.get('eve')?.allows('SPEAK', {})).to.equal(true);
  });

  it('of a rank touches where overrides about the role stand, and below', () => {
    world.override('wing', 'pilot', { deny: ['JOIN'] });
    askAll();
    const count = recompiledBy(() => world.role({ id: 'pilot', rank: 7, permissions: ['JOIN'] }));
    expect(count).to.equal(2 * ['wing', 'flight'].length);
  });

  it('of an assignment touches that user', () => {
    expect(recompiledBy(() => world.assign('gunner', 'cay'))).to.equal(SETS);
    expect(world.changes).to.deep.equal([{ organizationId: 'organization', userId: 'cay' }]);
    expect(recompiledBy(() => world.assign('gunner', 'cay'))).to.equal(0);
    const change = { kind: 'unassigned', roleId: 'gunner', userId: 'cay' } as const;
    expect(recompiledBy(() => world.roles.apply(change))).to.equal(SETS);
  });

  it('of an assignment that credentials make up for touches nobody', () => {
    rights.set('eve', world.enter(person('eve', { roles: ['pilot'] })));
    askAll();
    expect(recompiledBy(() => world.assign('pilot', 'eve'))).to.equal(0);
  });

  it('of an override about a role touches its holders at the channel and below', () => {
    const count = recompiledBy(() => world.override('wing', 'pilot', { deny: ['JOIN'] }));
    expect(count).to.equal(2 * ['wing', 'flight'].length);
    expect(world.changes).to.have.deep.members([
      { organizationId: 'organization', channelId: 'wing', userId: 'ann' },
      { organizationId: 'organization', channelId: 'wing', userId: 'ben' },
    ]);
  });

  it('of an override touches only where it reaches', () => {
    const deny = { deny: ['JOIN'] };
    expect(recompiledBy(() => world.override('wing', 'pilot', { ...deny, below: false }))).to.equal(
      2,
    );
    expect(recompiledBy(() => world.override('wing', 'pilot', { ...deny, here: false }))).to.equal(
      4,
    );
    expect(
      recompiledBy(() => world.override('fleet', 'ben', { ...deny, user: true, here: false })),
    ).to.equal(2);
  });

  it('of an override does not go past a sealed channel', () => {
    world.seal('flight');
    askAll();
    const count = recompiledBy(() => world.override('fleet', 'pilot', { deny: ['JOIN'] }));
    expect(count).to.equal(2 * ['fleet', 'wing'].length);
  });

  it('that says the same again touches nobody', () => {
    world.override('wing', 'pilot', { deny: ['JOIN', 'SPEAK'] });
    askAll();
    world.changes.length = 0;
    expect(
      recompiledBy(() => world.override('wing', 'pilot', { deny: ['SPEAK', 'JOIN'] })),
    ).to.equal(0);
    expect(world.changes).to.deep.equal([]);
  });

  it('of a seal touches all, at the channel and below', () => {
    expect(recompiledBy(() => world.seal('wing'))).to.equal(USERS.length * 2);
    expect(recompiledBy(() => world.seal('wing'))).to.equal(0);
  });

  it('by a channel that moves touches what moves', () => {
    expect(recompiledBy(() => world.directory.move('wing', 'bar'))).to.equal(USERS.length * 2);
    world.seal('wing');
    askAll();
    expect(recompiledBy(() => world.directory.move('wing', 'fleet'))).to.equal(0);
  });

  it('by a channel that goes takes what stands there with it', () => {
    world.override('bar', 'pilot', { allow: ['SPEAK'] });
    world.seal('bar');
    world.directory.remove('bar');
    expect(world.roles.book().overrides).to.deep.equal([]);
    expect(world.roles.book().sealedChannels).to.deep.equal([]);
    expect(recompiledBy(() => {})).to.equal(0);
    expect(rights.get('ann')?.allows('VIEW', { channelId: 'bar' })).to.equal(false);
  });

  it('of the in-channel role touches the channels that were joined', () => {
    world.directory.join(sessionOf(person('ann')), 'wing');
    world.role({ id: 'here', implicit: 'inChannel', permissions: [] });
    askAll();
    const change = () => world.role({ id: 'here', implicit: 'inChannel', permissions: ['SPEAK'] });
    expect(recompiledBy(change)).to.equal(1);
    expect(rights.get('ann')?.allows('SPEAK', { channelId: 'wing' })).to.equal(true);
  });

  it('needs none where somebody joins and leaves what was asked about before', () => {
    world.role({ id: 'here', implicit: 'inChannel', permissions: ['SPEAK'] });
    const session = sessionOf(person('ann'));
    world.directory.join(session, 'wing');
    askAll();
    expect(recompiledBy(() => world.directory.leave(session, 'wing'))).to.equal(0);
    expect(rights.get('ann')?.allows('SPEAK', { channelId: 'wing' })).to.equal(false);
    expect(recompiledBy(() => world.directory.join(session, 'wing'))).to.equal(0);
    expect(rights.get('ann')?.allows('SPEAK', { channelId: 'wing' })).to.equal(true);
  });

  it('by a role that goes takes its overrides and assignments with it', () => {
    world.override('wing', 'pilot', { deny: ['JOIN'] });
    expect(
      recompiledBy(() => world.roles.apply({ kind: 'roleRemoved', roleId: 'pilot' })),
    ).to.equal(2 * SETS);
    expect(world.roles.book().overrides).to.deep.equal([]);
    expect(world.roles.book().assignments).to.deep.equal([]);
  });

  it('by a member who goes takes what is about that user with it', () => {
    world.override('wing', 'ann', { user: true, deny: ['JOIN'] });
    askAll();
    const change = { kind: 'memberRemoved', userId: 'ann' } as const;
    expect(recompiledBy(() => world.roles.apply(change))).to.equal(SETS);
    expect(world.roles.book().assignments.map(({ userId }) => userId)).to.deep.equal(['ben']);
    expect(world.roles.book().overrides).to.deep.equal([]);
  });

  it('that concerns many is told once', () => {
    for (let each = 0; each < 20; each += 1)
      rights.set(`p${each}`, world.enter(person(`p${each}`)));
    world.role({ id: 'everyone', implicit: 'everyone', permissions: ['VIEW', 'SPEAK'] });
    expect(world.changes).to.deep.equal([{ organizationId: 'organization' }]);
  });

  it('reaches two sessions of one user at once, from what is worked out once', () => {
    const again = world.rights({
      sessionId: 'another',
      organizationId: 'organization',
      identity: person('ann'),
    });
    expect(world.compiledBy(() => again.allows('JOIN', { channelId: 'wing' }))).to.equal(0);
    world.override('wing', 'ann', { user: true, deny: ['JOIN'] });
    expect(again.allows('JOIN', { channelId: 'wing' })).to.equal(false);
  });
});
