import { permissions } from '@sidetone/protocol';
import { expect } from 'chai';
import { person, RoleWorld, sessionOf, subjectOf } from '../support/role-world.js';

const ann = person('ann');
const ben = person('ben');
const gus = person('gus', { guest: true });

describe('the order of evaluation', () => {
  let world: RoleWorld;

  /** fleet, wing below it, flight below that; and a channel beside them. */
  beforeEach(() => {
    world = new RoleWorld();
    world.directory.add('fleet');
    world.directory.add('wing', 'fleet');
    world.directory.add('flight', 'wing');
    world.directory.add('bar');
    world.role({ id: 'everyone', implicit: 'everyone', rank: 0, permissions: ['VIEW'] });
  });

  const allows = (
    identity = ann,
    permission: 'JOIN' | 'VIEW' | 'SPEAK' = 'JOIN',
    channelId = 'flight',
  ) => world.enter(identity).allows(permission, { channelId });

  describe('1, administrators', () => {
    it('lets a server administrator do everything, everywhere', () => {
      const rights = world.enter(person('root', { administrator: true }));
      world.override('flight', 'root', { user: true, deny: ['VIEW', 'JOIN', 'ADMINISTER'] });
      for (const permission of permissions) {
        expect(rights.allows(permission, {}), permission).to.equal(true);
        expect(rights.allows(permission, { channelId: 'flight' }), permission).to.equal(true);
      }
      expect(rights.allows('dice.roll', {})).to.equal(true);
    });

    it('lets whoever holds a role with ADMINISTER do everything, against every override', () => {
      world.role({ id: 'admin', permissions: ['ADMINISTER'] });
      world.assign('admin', 'ann');
      world.override('flight', 'admin', { deny: ['VIEW', 'JOIN', 'ADMINISTER'] });
      expect(allows()).to.equal(true);
      expect(world.rights(subjectOf(ann)).allows('ADMINISTER', { channelId: 'flight' })).to.equal(
        true,
      );
    });

    it('takes ADMINISTER from no override and from no in-channel role', () => {
      world.role({ id: 'here', implicit: 'inChannel', permissions: ['ADMINISTER'] });
      world.override('flight', 'ann', { user: true, allow: ['ADMINISTER'] });
      const rights = world.enter(ann);
      world.directory.join(sessionOf(ann), 'flight');
      expect(rights.allows('ADMINISTER', { channelId: 'flight' })).to.equal(false);
      expect(rights.allows('JOIN', { channelId: 'flight' })).to.equal(false);
    });
  });

  describe('2, roles', () => {
    it('denies what no role gives', () => {
      expect(allows()).to.equal(false);
      expect(world.enter(ann).allows('JOIN', {})).to.equal(false);
      expect(world.enter(ann).allows('dice.roll', { channelId: 'flight' })).to.equal(false);
    });

    it('gives what any held role gives', () => {
      world.role({ id: 'pilot', permissions: ['JOIN'] });
      world.role({ id: 'singer', permissions: ['SPEAK', 'dice.roll'] });
      world.assign('pilot', 'ann');
      world.assign('singer', 'ann');
      expect([allows(), allows(ann, 'SPEAK')]).to.deep.equal([true, true]);
      expect(world.enter(ann).allows('dice.roll', {})).to.equal(true);
      expect(allows(ben)).to.equal(false);
    });

    it('knows guests from those who have signed in', () => {
      world.role({ id: 'member', implicit: 'authenticated', permissions: ['JOIN'] });
      world.role({ id: 'guest', implicit: 'guest', permissions: ['SPEAK'] });
      expect([allows(ann), allows(gus)]).to.deep.equal([true, false]);
      expect([allows(ann, 'SPEAK'), allows(gus, 'SPEAK')]).to.deep.equal([false, true]);
    });

    it('gives the in-channel role in the very channel that was joined', () => {
      world.role({ id: 'here', implicit: 'inChannel', permissions: ['SPEAK'] });
      const rights = world.enter(ann);
      world.directory.join(sessionOf(ann), 'wing');
      const spoken = ['fleet', 'wing', 'flight'].map((channelId) =>
        rights.allows('SPEAK', { channelId }),
      );
      expect(spoken).to.deep.equal([false, true, false]);
      expect(rights.allows('SPEAK', {})).to.equal(false);
    });

    it('gives roles that the credentials name, as names are compared', () => {
      world.role({ id: 'r1', name: 'Pilot', permissions: ['JOIN'] });
      expect(allows(person('ann', { roles: ['pILOT'] }))).to.equal(true);
      expect(allows(person('ann', { roles: ['copilot'] }))).to.equal(false);
    });

    it('gives no implicit role by assignment or by name', () => {
      world.role({ id: 'guest', implicit: 'guest', permissions: ['JOIN'] });
      world.assign('guest', 'ann');
      expect(allows(person('ann', { roles: ['guest'] }))).to.equal(false);
    });

    it('keeps permissions that nobody knows any more, and harms nobody by them', () => {
      world.role({ id: 'pilot', permissions: ['gone.plugin', 'JOIN'] });
      world.assign('pilot', 'ann');
      expect(allows()).to.equal(true);
      expect(world.roles.book().roles[1]?.permissions).to.deep.equal(['gone.plugin', 'JOIN']);
    });

    it('tells apart more permissions than fit into one word', () => {
      const names = Array.from({ length: 100 }, (_, index) => `area.name${index}` as const);
      world.role({ id: 'pilot', permissions: names.slice(0, 50) });
      world.assign('pilot', 'ann');
      world.override('flight', 'pilot', { allow: [names[99] ?? ''], deny: [names[49] ?? ''] });
      const rights = world.enter(ann);
      const given = names.filter((name) => rights.allows(name, { channelId: 'flight' }));
      expect(given).to.deep.equal([...names.slice(0, 49), names[99]]);
    });
  });

  describe('3, overrides', () => {
    beforeEach(() => {
      world.role({ id: 'low', rank: 10 });
      world.role({ id: 'high', rank: 20 });
      world.role({ id: 'same', rank: 20 });
      for (const id of ['low', 'high', 'same']) world.assign(id, 'ann');
    });

    it('count for those whom they are about', () => {
      world.override('flight', 'low', { allow: ['JOIN'] });
      expect([allows(ann), allows(ben)]).to.deep.equal([true, false]);
    });

    it('hold at the channel, below it, or both', () => {
      world.override('wing', 'low', { allow: ['JOIN'], below: false });
      expect([allows(ann, 'JOIN', 'wing'), allows()]).to.deep.equal([true, false]);
      world.override('wing', 'low', { allow: ['JOIN'], here: false });
      expect([allows(ann, 'JOIN', 'wing'), allows()]).to.deep.equal([false, true]);
      expect(allows(ann, 'JOIN', 'fleet')).to.equal(false);
      expect(allows(ann, 'JOIN', 'bar')).to.equal(false);
    });

    it('of a deeper channel decide over those of a higher one', () => {
      world.override('fleet', 'high', { deny: ['JOIN'] });
      world.override('wing', 'low', { allow: ['JOIN'] });
      expect(allows()).to.equal(true);
      world.override('flight', 'low', { deny: ['JOIN'] });
      expect(allows()).to.equal(false);
    });

    it('about a role of a higher rank decide over those of a lower one', () => {
      world.override('flight', 'low', { deny: ['JOIN'] });
      world.override('flight', 'high', { allow: ['JOIN'] });
      expect(allows()).to.equal(true);
    });

    it('that deny win among those of one rank', () => {
      world.override('flight', 'same', { deny: ['JOIN'] });
      world.override('flight', 'high', { allow: ['JOIN'] });
      expect(allows()).to.equal(false);
    });

    it('about the user decide over those about roles', () => {
      world.override('flight', 'high', { deny: ['JOIN'] });
      world.override('flight', 'ann', { user: true, allow: ['JOIN'] });
      expect(allows()).to.equal(true);
    });

    it('that allow and deny the same deny it', () => {
      world.override('flight', 'ann', { user: true, allow: ['JOIN'], deny: ['JOIN'] });
      expect(allows()).to.equal(false);
    });

    it('from above end at a sealed channel; what roles give does not', () => {
      world.role({ id: 'everyone', implicit: 'everyone', permissions: ['VIEW', 'SPEAK'] });
      world.override('fleet', 'low', { allow: ['JOIN'], deny: ['SPEAK'] });
      expect([allows(), allows(ann, 'SPEAK')]).to.deep.equal([true, false]);
      world.seal('wing');
      expect([allows(), allows(ann, 'SPEAK')]).to.deep.equal([false, true]);
      world.override('wing', 'low', { allow: ['JOIN'] });
      expect(allows()).to.equal(true);
      expect(allows(ann, 'JOIN', 'fleet')).to.equal(true);
    });
  });

  describe('4, VIEW', () => {
    it('is needed for everything else at a channel', () => {
      world.role({ id: 'pilot', permissions: ['JOIN'] });
      world.assign('pilot', 'ann');
      world.override('wing', 'everyone', { deny: ['VIEW'], below: false });
      expect([allows(ann, 'JOIN', 'wing'), allows()]).to.deep.equal([false, true]);
    });

    it('is not needed at the organization', () => {
      world.role({ id: 'everyone', implicit: 'everyone', permissions: ['JOIN'] });
      expect(world.enter(ann).allows('JOIN', {})).to.equal(true);
    });

    it('is of no use at a channel that is not there', () => {
      expect(allows(person('root', { administrator: true }), 'VIEW', 'nowhere')).to.equal(false);
    });
  });

  describe('5, other participants', () => {
    it('are seen where one may see a channel that they are in', () => {
      world.role({ id: 'everyone', implicit: 'everyone', permissions: [] });
      world.override('bar', 'everyone', { allow: ['VIEW'] });
      const rights = world.enter(ann);
      world.enter(ben);
      const sees = () => rights.allows('VIEW', { sessionId: sessionOf(ben) });
      expect(sees()).to.equal(false);
      world.directory.join(sessionOf(ben), 'flight');
      expect(sees()).to.equal(false);
      world.directory.join(sessionOf(ben), 'bar');
      expect(sees()).to.equal(true);
      expect(rights.allows('VIEW', { sessionId: sessionOf(ann) })).to.equal(true);
    });

    it('can be whispered to where both are in a channel that allows it', () => {
      world.override('flight', 'everyone', { allow: ['WHISPER'] });
      const rights = world.enter(ann);
      world.enter(ben);
      const whispers = () => rights.allows('WHISPER', { sessionId: sessionOf(ben) });
      world.directory.join(sessionOf(ben), 'flight');
      expect(whispers()).to.equal(false);
      world.directory.join(sessionOf(ann), 'flight');
      expect(whispers()).to.equal(true);
      world.directory.leave(sessionOf(ben), 'flight');
      expect(whispers()).to.equal(false);
      world.role({ id: 'talker', permissions: ['WHISPER'] });
      world.assign('talker', 'ann');
      expect(whispers()).to.equal(true);
    });

    it('can be muted, moved, kicked and banned by who ranks no lower', () => {
      world.role({ id: 'steward', rank: 50, permissions: ['MUTE', 'MOVE', 'KICK', 'BAN', 'TEXT'] });
      world.role({ id: 'captain', rank: 60 });
      world.assign('steward', 'ann');
      world.assign('steward', 'ben');
      const rights = world.enter(ann);
      world.enter(ben);
      const may = (permission: 'MUTE' | 'MOVE' | 'KICK' | 'BAN' | 'TEXT') =>
        rights.allows(permission, { sessionId: sessionOf(ben) });
      expect((['MUTE', 'MOVE', 'KICK', 'BAN'] as const).map(may)).to.deep.equal([
        true,
        true,
        true,
        true,
      ]);
      world.assign('captain', 'ben');
      expect((['MUTE', 'MOVE', 'KICK', 'BAN'] as const).map(may)).to.deep.equal([
        false,
        false,
        false,
        false,
      ]);
      expect(may('TEXT')).to.equal(true);
    });

    it('are out of reach of an administrator of the organization who ranks lower', () => {
      world.role({ id: 'admin', rank: 50, permissions: ['ADMINISTER'] });
      world.role({ id: 'captain', rank: 60 });
      world.assign('admin', 'ann');
      world.assign('captain', 'ben');
      const rights = world.enter(ann);
      world.enter(ben);
      const root = person('root', { administrator: true });
      world.enter(root);
      expect(rights.allows('KICK', { sessionId: sessionOf(ben) })).to.equal(false);
      expect(rights.allows('KICK', { sessionId: sessionOf(root) })).to.equal(false);
      expect(world.rights(subjectOf(root)).allows('KICK', { sessionId: sessionOf(ben) })).to.equal(
        true,
      );
    });

    it('gain no rank by the in-channel role', () => {
      world.role({ id: 'here', rank: 900, implicit: 'inChannel' });
      world.role({ id: 'steward', rank: 50, permissions: ['MUTE'] });
      world.assign('steward', 'ann');
      const rights = world.enter(ann);
      world.enter(ben);
      world.directory.join(sessionOf(ben), 'flight');
      expect(rights.allows('MUTE', { sessionId: sessionOf(ben), channelId: 'flight' })).to.equal(
        true,
      );
    });

    it('need no permission to mute, deafen and remove themselves, and one to move themselves', () => {
      const rights = world.enter(ann);
      const scope = { sessionId: sessionOf(ann) };
      const own = (['MUTE', 'DEAFEN', 'KICK', 'MOVE', 'BAN'] as const).filter((permission) =>
        rights.allows(permission, scope),
      );
      expect(own).to.deep.equal(['MUTE', 'DEAFEN', 'KICK']);
    });
  });

  it('answers for a user who is not there, who is in no channel', () => {
    world.role({ id: 'here', implicit: 'inChannel', permissions: ['SPEAK'] });
    world.role({ id: 'pilot', permissions: ['JOIN'] });
    world.assign('pilot', 'ann');
    const rights = world.rights({ ...subjectOf(ann), sessionId: null });
    expect(rights.allows('JOIN', { channelId: 'flight' })).to.equal(true);
    expect(rights.allows('SPEAK', { channelId: 'flight' })).to.equal(false);
  });
});
