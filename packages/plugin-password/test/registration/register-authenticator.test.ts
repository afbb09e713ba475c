import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { AuthenticationResult } from '@sidetone/core';
import { codeOf, GOOD, OTHER, PasswordStage } from '../double/password-stage.js';

const ADA = { name: 'Ada', password: GOOD };

function userOf(result: AuthenticationResult): string {
  if (!result.ok) throw new Error(`denied with ${result.code}: ${result.message}`);
  return result.identity.userId;
}

describe('registering', () => {
  let stage: PasswordStage;
  beforeEach(() => (stage = new PasswordStage()));

  it('makes an account that signs in, with the display name that was asked for', async () => {
    const made = await stage.register({ ...ADA, displayName: ' Ada of the Wing ' });
    expect(made).to.deep.include({ ok: true });
    const again = await stage.signIn(ADA);
    expect(again).to.deep.equal(made);
    const account = await stage.stores.accounts.findByName('ada');
    expect(account).to.deep.include({ displayName: 'Ada of the Wing', disabled: false });
    expect(account?.administrator).to.equal(false);
  });

  it('signs in when it is asked again with the same password', async () => {
    const first = userOf(await stage.register(ADA));
    expect(userOf(await stage.register(ADA))).to.equal(first);
  });

  it('says that a name is taken, and counts it as a guess', async () => {
    await stage.register(ADA);
    for (let times = 0; times < 5; times++) {
      const answer = await stage.register({ name: 'ADA', password: OTHER });
      expect(codeOf(answer)).to.equal('ALREADY_EXISTS');
    }
    expect(codeOf(await stage.register({ name: 'ada', password: OTHER }))).to.equal('RATE_LIMITED');
  });

  it('takes over no account that an administrator has made', async () => {
    await stage.account('Bob', null, { administrator: true });
    await stage.account('Cyd', null, { disabled: true });
    await stage.account('Dan', GOOD, { mustChange: true });
    await stage.account('Eve', GOOD, { disabled: true });
    for (const name of ['Bob', 'Cyd', 'Dan', 'Eve']) {
      expect(codeOf(await stage.register({ name, password: GOOD })), name).to.equal(
        'ALREADY_EXISTS',
      );
    }
  });

  it('takes no account again that was disabled after it was registered', async () => {
    await stage.register(ADA);
    const account = await stage.stores.accounts.findByName('Ada');
    if (!account) throw new Error('there is no account');
    await stage.stores.accounts.put({ ...account, disabled: true });
    expect(codeOf(await stage.register(ADA))).to.equal('ALREADY_EXISTS');
    expect(codeOf(await stage.register({ name: 'Ada', password: OTHER }))).to.equal(
      'ALREADY_EXISTS',
    );
  });

  it('refuses a weak password before anything is hashed or kept', async () => {
    for (const password of ['short', 'passwordpassword', 'Ada Ada Ada Ada Ada', 'x'.repeat(257)]) {
      expect(codeOf(await stage.register({ name: 'Ada', password }))).to.equal('INVALID_PARAMS');
    }
    expect(stage.hasher.calls).to.deep.equal([]);
    expect(await stage.stores.accounts.findByName('Ada')).to.equal(null);
  });

  it('refuses names that cannot be shown', async () => {
    for (const more of [{ name: 'a\nb' }, { name: ' ' }, { displayName: '\u202e' }]) {
      expect(codeOf(await stage.register({ ...ADA, ...more }))).to.equal('INVALID_PARAMS');
    }
  });

  it('lets one of many in who ask for a name at once', async () => {
    const asked = Array.from({ length: 8 }, (_, index) =>
      stage.register({ name: 'Ada', password: `${GOOD} ${index}` }, { remoteAddress: '127.0.0.1' }),
    );
    const answers = await Promise.all(asked);
    expect(answers.filter(({ ok }) => ok)).to.have.lengthOf(1);
  });

  it('gives all who ask at once with one password the same account', async () => {
    const asked = Array.from({ length: 4 }, () => stage.register(ADA));
    const users = new Set((await Promise.all(asked)).map(userOf));
    expect(users.size).to.equal(1);
  });

  it('limits how many accounts one network asks for', async () => {
    const codes = new Set<string | null>();
    for (let index = 0; index < 61; index++) {
      codes.add(codeOf(await stage.register({ name: `User ${index}`, password: GOOD })));
    }
    expect([...codes]).to.deep.equal([null, 'RATE_LIMITED']);
  });

  describe('with an invite', () => {
    const asked = { ...ADA, invite: 'code-1' };
    const needsInvite = true;

    it('is denied without one, or with one that nobody gave out, whether the name is taken or not', async () => {
      await stage.account('Bob');
      const answers = [];
      for (const name of ['Ada', 'Bob']) {
        answers.push(await stage.register({ name, password: OTHER }, { needsInvite }));
        const guessed = { name, password: OTHER, invite: 'guess' };
        answers.push(await stage.register(guessed, { needsInvite }));
      }
      for (const answer of answers) expect(answer).to.deep.equal(answers[0]);
      expect(answers[0]).to.deep.include({ code: 'ACCESS_DENIED' });
      expect(stage.hasher.calls).to.deep.equal([]);
    });

    it('makes a member with the roles of the invite that are still there', async () => {
      const { organizationId } = stage;
      await stage.invite('code-0');
      const role = { id: randomUUID(), organizationId, name: 'Pilot', rank: 1 };
      const rest = { permissions: [], implicit: null, netPlan: [], version: 0 };
      await stage.stores.roles.putRole({ ...role, ...rest });
      await stage.invite('code-1', { roleIds: [randomUUID(), role.id] });
      const userId = userOf(await stage.register(asked, { needsInvite }));
      expect(await stage.stores.members.get(organizationId, userId)).to.deep.include({ userId });
      const { assignments } = await stage.stores.roles.load(organizationId);
      expect(assignments).to.deep.equal([{ organizationId, roleId: role.id, userId }]);
    });

    it('is denied when the invite is used up, and signs in who has used it', async () => {
      await stage.invite('code-1');
      const first = userOf(await stage.register(asked, { needsInvite }));
      const second = await stage.register({ ...asked, name: 'Bob' }, { needsInvite });
      expect(codeOf(second)).to.equal('ACCESS_DENIED');
      expect(await stage.stores.accounts.findByName('Bob')).to.equal(null);
      expect(userOf(await stage.register(asked, { needsInvite }))).to.equal(first);
    });

    it('is denied when the invite is past its time', async () => {
      await stage.invite('code-1', { expiresAt: stage.clock.wallTime() });
      expect(codeOf(await stage.register(asked, { needsInvite }))).to.equal('ACCESS_DENIED');
      expect(stage.hasher.calls).to.deep.equal([]);
      expect(await stage.stores.accounts.findByName('Ada')).to.equal(null);
    });

    it('lets as many in at once as the invite is for', async () => {
      await stage.invite('code-1', { maxUses: 3 });
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          stage.register(
            { ...asked, name: `User ${index}` },
            { needsInvite, remoteAddress: '::1' },
          ),
        ),
      );
      expect(answers.filter(({ ok }) => ok)).to.have.lengthOf(3);
      const members = await stage.stores.members.list(stage.organizationId, { limit: 100 });
      expect(members).to.have.lengthOf(3);
    });

    it('bounds how often a code is guessed', async () => {
      await stage.invite('code-1');
      for (let times = 0; times < 20; times++) {
        await stage.register({ ...asked, invite: `guess ${times}` }, { needsInvite });
      }
      const answer = await stage.register(asked, { needsInvite });
      expect(answer).to.deep.include({ code: 'RATE_LIMITED', retryAfterMs: 60_000 });
    });
  });
});
