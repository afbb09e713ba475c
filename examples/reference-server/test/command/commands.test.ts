import type { AccountRecord, BanRecord, OrganizationRecord, RoleRecord } from '@sidetone/core';
import type { ChannelView } from '@sidetone/protocol';
import { expect } from 'chai';
import {
  createTestAdministration,
  refusal,
  type TestAdministration,
} from '../support/test-administration.js';

const PASSWORD = 'nine lazy herons sing';

describe('the commands of the administration program', function () {
  this.timeout(30_000);
  let administration: TestAdministration;
  const run: TestAdministration['run'] = (command, values) => administration.run(command, values);

  before(async () => {
    administration = await createTestAdministration();
    await run('user add', { name: 'ann', password: PASSWORD });
  });

  after(() => administration.close());

  describe('user', () => {
    it('makes, shows, changes and deletes accounts', async () => {
      const { user } = await run<{ user: AccountRecord }>('user add', {
        name: 'bob',
        displayName: 'Bob',
        password: PASSWORD,
      });
      expect(user).to.include({ name: 'bob', displayName: 'Bob', administrator: false });
      expect(await run('user disable', { user: 'BOB' })).to.include({ disabled: true });
      expect(await administration.shown('user list')).to.match(/bob +Bob +disabled/);
      expect(await run('user enable', { user: user.id })).to.include({ disabled: false });
      expect(await run('user show', { user: 'bob' })).to.deep.include({
        memberOf: [],
        name: 'bob',
      });
      await run('user delete', { user: 'bob' });
      expect((await refusal(run('user show', { user: 'bob' }))).code).to.equal('NOT_FOUND');
    });

    it('gives a passphrase once, and shows none of a password that was given', async () => {
      const made = await run<{ passphrase: string }>('user add', { name: 'cid', generate: true });
      expect(made.passphrase).to.have.lengthOf.at.least(16);
      const other = await run<{ passphrase: string }>('user password', {
        user: 'cid',
        generate: true,
      });
      expect(other.passphrase).to.not.equal(made.passphrase);
      const set = await run('user password', { user: 'cid', password: PASSWORD });
      expect(JSON.stringify(set)).to.not.include(PASSWORD);
      await run('user delete', { user: 'cid' });
    });

    it('leaves no account behind whose password was refused', async () => {
      const { code } = await refusal(run('user add', { name: 'dan', password: 'short' }));
      expect(code).to.equal('ERR_PASSWORD_WEAK');
      expect(await administration.shown('user list')).to.not.include('dan');
    });

    it('refuses a name that is taken, and names it', async () => {
      const { code } = await refusal(run('user add', { name: 'Ann', noPassword: true }));
      expect(code).to.equal('ALREADY_EXISTS');
    });
  });

  describe('org', () => {
    it('makes, changes and deletes organizations with their members', async () => {
      const { id } = await run<OrganizationRecord>('org add', { name: 'Blue', participants: 5 });
      await run('org member add', { user: 'ann', org: 'Blue', displayName: 'Annie' });
      expect(await administration.shown('org member list', { org: 'blue' })).to.match(
        /ann +Annie +\d{4}-/,
      );
      const changed = await run('org update', {
        organization: 'Blue',
        name: 'Azure',
        admission: 'open',
        participants: null,
      });
      expect(changed).to.include({ id, name: 'Azure', admission: 'open', participantLimit: null });
      expect(await administration.shown('org list')).to.match(/Azure +open/);
      await run('org member remove', { user: 'ann', org: 'Azure' });
      expect(await run('org member list', { org: 'Azure' })).to.deep.equal([]);
      await run('org delete', { organization: 'Azure' });
      expect((await refusal(run('org delete', { organization: 'Azure' }))).code).to.equal(
        'NOT_FOUND',
      );
    });

    it('does not delete what the server cannot be without', async () => {
      expect((await refusal(run('org delete', { organization: 'Main' }))).code).to.equal(
        'INVALID_PARAMS',
      );
    });
  });

  describe('channel', () => {
    it('makes, renames, moves and deletes channels, and lists them as they hang', async () => {
      const flight = await run<ChannelView>('channel add', { name: 'Wing', below: 'Flight' });
      expect(await administration.shown('channel list')).to.match(/^Flight .*\n {2}Wing /m);
      await run('channel rename', { channel: 'Wing', name: 'Tail' });
      expect(await run('channel move', { channel: 'Tail', to: '/', position: 7 })).to.include({
        id: flight.id,
        parent: null,
        position: 7,
      });
      await run('channel delete', { channel: 'Tail' });
      const { code, message } = await refusal(run('channel delete', { channel: 'Tail' }));
      expect([code, message]).to.deep.equal(['NOT_FOUND', message]);
      expect(message).to.include('"Tail"');
    });

    it('hangs no channel below itself', async () => {
      await run('channel add', { name: 'Inner', below: 'Ground' });
      await refusal(run('channel move', { channel: 'Ground', to: 'Inner' }));
      await refusal(run('channel move', { channel: 'Ground', to: 'Ground' }));
    });
  });

  describe('role', () => {
    it('makes, assigns, takes back and deletes roles', async () => {
      const role = await run<RoleRecord>('role add', {
        name: 'Pilot',
        rank: 3,
        permission: ['SPEAK', 'MUTE'],
      });
      const { code, message } = await refusal(run('role assign', { role: 'pilot', user: 'ann' }));
      expect([code, message.includes('sidetone org member add')]).to.deep.equal([
        'NOT_FOUND',
        true,
      ]);
      await run('org member add', { user: 'ann' });
      await run('role assign', { role: 'pilot', user: 'ann' });
      expect(await administration.shown('role list')).to.match(/Pilot +3 +SPEAK, MUTE +ann/);
      await run('role unassign', { role: role.id, user: 'ann' });
      const changed = await run('role update', { role: 'Pilot', rank: 9, permission: ['BAN'] });
      expect(changed).to.deep.include({ rank: 9, permissions: ['BAN'], name: 'Pilot' });
      await run('role delete', { role: 'Pilot' });
      const left = (await run<readonly RoleRecord[]>('role list')).map(({ name }) => name);
      expect(left).to.deep.equal(['Admin', 'Member', 'Guest']);
    });

    it('are granted to whoever has an account, also where nobody administers any more', async () => {
      await run('user add', { name: 'eve', noPassword: true });
      await run('role grant', { user: 'eve', role: 'admin' });
      expect(await administration.shown('org member list')).to.include('eve');
      const last = await refusal(run('role unassign', { role: 'Admin', user: 'eve' }));
      expect([last.code, /without an administrator/.test(last.message)]).to.deep.equal([
        'ACCESS_DENIED',
        true,
      ]);
      expect((await refusal(run('user delete', { user: 'eve' }))).code).to.equal('ACCESS_DENIED');
      await run('role grant', { user: 'ann', role: 'Admin' });
      await run('user delete', { user: 'eve' });
    });

    it('are different at channels, and explain themselves', async () => {
      const mute = { channel: 'Ground', role: 'Member', deny: ['SPEAK'] };
      await run('user add', { name: 'gil', noPassword: true });
      await run('role override set', mute);
      expect(await administration.shown('role override list')).to.match(
        /Ground +role Member +- +SPEAK +here and below/,
      );
      const question = { user: 'gil', permission: 'SPEAK', channel: 'Ground' };
      expect(await run('role explain', question)).to.include({ allowed: false });
      expect(await administration.shown('role explain', question)).to.match(
        /^no\n.*"Member".*SPEAK.*"Ground"/,
      );
      await run('role override remove', { channel: 'Ground', role: 'Member' });
      expect(await administration.shown('role explain', question)).to.match(/^yes\n/);
      const about = refusal(run('role override set', { channel: 'Ground', deny: ['SPEAK'] }));
      expect((await about).code).to.equal('INVALID_PARAMS');
    });

    it('come in templates, which make nothing twice', async () => {
      const made = await administration.shown('org template apply', { template: 'operation' });
      expect(made)
        .to.match(/roles +Commander, /)
        .and.to.match(/channels +Operation\n/);
      expect(made).to.match(/moved +Command, Flight, Ground, Logistics/);
      expect(await administration.shown('org template apply', { template: 'operation' })).to.equal(
        'All of it is there already.',
      );
      expect(await administration.shown('channel list')).to.match(/^Operation.*\n {2}Command /m);
      const unknown = await refusal(run('org template apply', { template: 'party' }));
      expect(unknown.code).to.equal('NOT_FOUND');
    });

    it('takes no name of a permission that none can have', async () => {
      const wrong = run('role add', { name: 'Odd', permission: ['SPEAK LOUD'] });
      expect((await refusal(wrong)).code).to.equal('INVALID_PARAMS');
    });
  });

  describe('ban', () => {
    it('bans users and networks, lists and lifts', async () => {
      const ban = await run<BanRecord>('ban add user', {
        user: 'ann',
        for: 60_000,
        reason: 'rude',
      });
      expect((ban.expiresAt ?? 0) - ban.createdAt).to.equal(60_000);
      await run('ban add network', { network: '203.0.113.0/24' });
      const shown = await administration.shown('ban list');
      expect(shown).to.match(/ann +2\d{3}-.* rude +sidetone \(tester\)/);
      expect(shown).to.match(/203\.0\.113\.0\/24 +for good/);
      for (const { id } of await run<readonly BanRecord[]>('ban list')) {
        await run('ban lift', { ban: id });
      }
      expect(await administration.shown('ban list')).to.equal('Nobody is banned.');
    });

    it('refuses what is no network', async () => {
      expect((await refusal(run('ban add network', { network: 'everybody' }))).code).to.equal(
        'INVALID_PARAMS',
      );
    });
  });

  describe('invite', () => {
    it('shows a code once, lists without it, and revokes', async () => {
      const { code, id } = await run<{ code: string; id: string }>('invite create', { uses: 3 });
      const listed = await run<readonly object[]>('invite list');
      expect(JSON.stringify(listed)).to.include(id).and.not.include(code).and.not.include('Hash');
      expect(await administration.shown('invite list')).to.match(/0 of 3/);
      await run('invite revoke', { invite: id });
      expect(await run('invite list')).to.deep.equal([]);
    });
  });

  describe('export', () => {
    it('writes all that is kept', async () => {
      const { records } = await run<{ records: number }>('export');
      const kinds = administration.written.map(
        (line) => (JSON.parse(line) as { kind?: string }).kind,
      );
      expect(kinds).to.include.members(['account', 'organization', 'channel', 'end']);
      expect(records).to.equal(administration.written.length - 2);
    });
  });

  it('are written down under the name of who gave them', async () => {
    await run('channel add', { name: 'Traced' });
    const [latest] = await administration.server.organization().audit(1);
    expect(latest).to.deep.include({
      action: 'channel.create',
      actor: { kind: 'program', name: 'sidetone (tester)' },
    });
  });

  it('refuse an unknown command, a value they do not know, and one of a wrong kind', async () => {
    for (const [command, values] of [
      ['user frobnicate', {}],
      ['user list', { all: true }],
      ['user list', { limit: 'many' }],
      ['ban add user', { user: 'x'.repeat(5000) }],
    ] as const) {
      const { code } = await refusal(run(command, values));
      expect(code, command).to.equal('INVALID_PARAMS');
    }
  });
});
