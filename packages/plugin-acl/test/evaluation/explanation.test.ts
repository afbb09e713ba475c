import { expect } from 'chai';
import type { SubjectRights } from '../../src/policy/subject-rights.js';
import { person, RoleWorld, sessionOf } from '../support/role-world.js';

const program = { allows: () => true };

describe('an explanation', () => {
  let world: RoleWorld;
  let ann: SubjectRights;

  beforeEach(() => {
    world = new RoleWorld();
    world.directory.add('fleet');
    world.directory.add('wing', 'fleet');
    world.directory.add('flight', 'wing');
    world.role({
      id: 'r1',
      name: 'Everyone',
      implicit: 'everyone',
      rank: 0,
      permissions: ['VIEW'],
    });
    world.role({ id: 'r2', name: 'Pilot', permissions: ['JOIN'] });
    world.role({ id: 'r3', name: 'Guest', rank: 10, permissions: ['JOIN'] });
    world.assign('r2', 'ann');
    ann = world.enter(person('ann'));
  });

  const because = (permission: 'JOIN' | 'VIEW' | 'SPEAK' = 'JOIN', channelId = 'flight') =>
    ann.explain(permission, { channelId }, program).because;

  it('names the role that gives it', () => {
    expect(ann.explain('JOIN', { channelId: 'flight' })).to.deep.equal({
      allowed: true,
      because: [
        {
          text: 'role "Pilot" has JOIN',
          effect: 'allow',
          rules: [{ kind: 'role', permission: 'JOIN', roleId: 'r2' }],
        },
        {
          text: 'role "Everyone" has VIEW',
          effect: 'allow',
          rules: [{ kind: 'role', permission: 'VIEW', roleId: 'r1' }],
        },
      ],
    });
  });

  it('names all roles that give it, as each would do alone', () => {
    world.assign('r3', 'ann');
    expect(because()[0]).to.deep.equal({
      text: 'role "Pilot" has JOIN; role "Guest" has JOIN',
      effect: 'allow',
      rules: [
        { kind: 'role', permission: 'JOIN', roleId: 'r2' },
        { kind: 'role', permission: 'JOIN', roleId: 'r3' },
      ],
    });
  });

  it('names no rule where nobody has made one', () => {
    expect(because('SPEAK')).to.deep.equal([{ text: 'no role gives SPEAK', effect: 'deny' }]);
  });

  it('names the override that denies it, and what it denies', () => {
    world.override('wing', 'r2', { deny: ['JOIN'] });
    expect(because().map(({ text }) => text)).to.deep.equal([
      'role "Pilot" is denied JOIN below "name of wing"',
      'role "Pilot" has JOIN',
    ]);
    expect(because()[0]?.rules).to.deep.equal([
      { kind: 'override', permission: 'JOIN', roleId: 'r2', channelId: 'wing' },
    ]);
  });

  it('tells what was decided before and counts no more', () => {
    world.override('wing', 'r2', { deny: ['JOIN'] });
    world.override('flight', 'ann', { user: true, allow: ['JOIN'] });
    expect(because().map(({ text, effect }) => `${effect}: ${text}`)).to.deep.equal([
      'allow: the user is allowed JOIN at "name of flight"',
      'deny: role "Pilot" is denied JOIN below "name of wing"',
      'allow: role "Pilot" has JOIN',
      'allow: role "Everyone" has VIEW',
    ]);
  });

  it('names VIEW where that is what is missing', () => {
    world.override('flight', 'r1', { deny: ['VIEW'] });
    expect(because()[0]).to.deep.equal({
      text: 'role "Everyone" is denied VIEW at "name of flight"',
      effect: 'deny',
      rules: [{ kind: 'override', permission: 'VIEW', roleId: 'r1', channelId: 'flight' }],
    });
  });

  it('names what is missing of both where both are', () => {
    world.override('flight', 'r1', { deny: ['VIEW', 'JOIN'] });
    expect(because()[0]?.rules?.map(({ permission }) => permission)).to.deep.equal([
      'VIEW',
      'JOIN',
    ]);
  });

  it('names a seal where an override from above would allow it', () => {
    world.override('fleet', 'r1', { allow: ['SPEAK'] });
    world.seal('wing');
    expect(because('SPEAK')[0]).to.deep.equal({
      text: '"name of wing" takes no overrides from above',
      effect: 'deny',
      rules: [{ kind: 'seal', permission: 'SPEAK', channelId: 'wing' }],
    });
  });

  it('mentions a seal that has kept out what would deny it', () => {
    world.override('fleet', 'r1', { deny: ['JOIN'] });
    world.seal('wing');
    expect(because().map(({ text }) => text)).to.include(
      '"name of wing" takes no overrides from above',
    );
    expect(because()[0]?.text).to.equal('role "Pilot" has JOIN');
  });

  it('names ADMINISTER before all else', () => {
    world.role({ id: 'r4', name: 'Admin', permissions: ['ADMINISTER'] });
    world.assign('r4', 'ann');
    expect(because('SPEAK')[0]).to.deep.equal({
      text: 'role "Admin" has ADMINISTER',
      effect: 'allow',
      rules: [{ kind: 'role', permission: 'ADMINISTER', roleId: 'r4' }],
    });
    const root = world.enter(person('root', { administrator: true }));
    expect(root.explain('SPEAK', {}).because[0]?.text).to.equal('the user administers the server');
  });

  it('names the roles of another that stand above to who manages roles, and to nobody else', () => {
    world.role({ id: 'r5', name: 'Steward', rank: 20, permissions: ['MUTE'] });
    world.role({ id: 'r6', name: 'Captain', rank: 200 });
    world.assign('r5', 'ann');
    world.assign('r6', 'ben');
    world.enter(person('ben'));
    const scope = { sessionId: sessionOf(person('ben')) };
    expect(ann.explain('MUTE', scope).because[0]).to.deep.equal({
      text: 'the other stands above the user',
      effect: 'deny',
    });
    world.enter(person('root', { administrator: true }));
    const toRoot = JSON.stringify(
      ann.explain('MUTE', { sessionId: sessionOf(person('root', { administrator: true })) }),
    );
    expect(toRoot).to.not.match(/administers|"root"/);
    expect(ann.explain('MUTE', scope, program).because[0]).to.deep.equal({
      text: 'the other has role "Captain", which stands above the user at rank 200',
      effect: 'deny',
      rules: [{ kind: 'rank', permission: 'MUTE', roleId: 'r6' }],
    });
  });

  describe('to somebody who may not see everything', () => {
    beforeEach(() => {
      world.override('fleet', 'r1', { deny: ['VIEW'], below: false });
      world.override('fleet', 'r2', { deny: ['JOIN'] });
    });

    it('does not name a hidden channel, nor the rule that stands there', () => {
      const told = ann.explain('JOIN', { channelId: 'flight' });
      expect(told.because[0]).to.deep.equal({
        text: 'role "Pilot" is denied JOIN below a channel that you cannot see',
        effect: 'deny',
      });
      expect(JSON.stringify(told)).not.to.include('fleet');
    });

    it('names it to another who may see it, and to the program', () => {
      const ben = world.enter(person('ben', { administrator: true }));
      for (const asker of [ben, program]) {
        const told = ann.explain('JOIN', { channelId: 'flight' }, asker);
        expect(told.because[0]?.text).to.equal('role "Pilot" is denied JOIN below "name of fleet"');
        expect(told.because[0]?.rules).to.have.lengthOf(1);
      }
    });

    it('says of somebody hidden what it says of nobody', () => {
      world.directory.add('lair', 'fleet');
      world.override('lair', 'r1', { deny: ['VIEW'] });
      world.role({ id: 'r1', name: 'Everyone', implicit: 'everyone', permissions: [] });
      world.enter(person('ben'));
      world.directory.join(sessionOf(person('ben')), 'lair');
      for (const permission of ['VIEW', 'MUTE', 'WHISPER', 'TEXT'] as const) {
        const ofHidden = ann.explain(permission, { sessionId: sessionOf(person('ben')) });
        expect(ofHidden).to.deep.equal(ann.explain(permission, { sessionId: 'nobody' }));
      }
    });
  });
});
