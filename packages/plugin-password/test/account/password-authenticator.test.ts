import { expect } from 'chai';
import { VoiceError, WireError } from '@sidetone/protocol';
import { NO_PASSWORD } from '../../src/account/credential-kind.js';
import { hashOf } from '../double/counting-hasher.js';
import { codeOf, GOOD, OTHER, PasswordStage } from '../double/password-stage.js';

describe('signing in with a password', () => {
  let stage: PasswordStage;
  beforeEach(() => (stage = new PasswordStage()));

  it('gives the identity of the account, whatever the case of the name', async () => {
    const { id } = await stage.account('Ada', GOOD, { administrator: true });
    expect(await stage.signIn({ name: ' aDA ', password: GOOD })).to.deep.equal({
      ok: true,
      identity: { userId: id, displayName: 'Ada', guest: false, administrator: true },
    });
  });

  it('answers an unknown name, a wrong password and a disabled account alike, after the same work', async () => {
    await stage.account('Ada');
    await stage.account('Bob', GOOD, { disabled: true });
    await stage.account('Cyd', null);
    const answers = [];
    for (const [name, password] of [
      ['Nobody', GOOD],
      ['Ada', OTHER],
      ['Bob', GOOD],
      ['Cyd', GOOD],
    ]) {
      answers.push({ ...(await stage.signIn({ name, password })), calls: stage.hasher.taken() });
    }
    const [first] = answers;
    expect(first).to.deep.include({ code: 'AUTHENTICATION_FAILED', calls: ['verify'] });
    for (const answer of answers) expect(answer).to.deep.equal(first);
  });

  it('does not hash what is no name and password', async () => {
    const shapes = [{}, { name: 'Ada' }, { name: 5, password: GOOD }, { name: '', password: GOOD }];
    for (const shape of [...shapes, { name: 'Ada', password: 'x'.repeat(1025) }]) {
      expect(codeOf(await stage.signIn(shape))).to.equal('INVALID_PARAMS');
    }
    expect(stage.hasher.calls).to.deep.equal([]);
  });

  it('hashes anew what was made with less than today', async () => {
    const { id } = await stage.account('Ada', null);
    await stage.credential(id, hashOf(GOOD));
    stage.hasher.outdated.add(hashOf(GOOD));
    expect(codeOf(await stage.signIn({ name: 'Ada', password: GOOD }))).to.equal(null);
    expect(stage.hasher.taken()).to.deep.equal(['verify', 'hash']);
    expect((await stage.stores.credentials.get(id, 'password'))?.version).to.equal(2);
  });

  it('lets somebody in whose password could not be hashed anew', async () => {
    await stage.account('Ada');
    stage.hasher.outdated.add(hashOf(GOOD));
    stage.parts.credentials.put = () => Promise.reject(new Error('the disk is full'));
    expect(codeOf(await stage.signIn({ name: 'Ada', password: GOOD }))).to.equal(null);
    expect(stage.log.messages('warn')).to.have.lengthOf(1);
  });

  it('says UNAVAILABLE when the store cannot be reached, at once or after 1.5 s', async () => {
    const gone = new VoiceError('ERR_STORE_UNAVAILABLE', 'no connection');
    stage.parts.accounts.findByName = () => Promise.reject(gone);
    const refused = await stage.signIn({ name: 'Ada', password: GOOD });
    expect(refused).to.deep.include({ ok: false, code: 'UNAVAILABLE', retryAfterMs: 1000 });
    stage.parts.accounts.findByName = () => new Promise(() => {});
    const silent = stage.signIn({ name: 'Ada', password: GOOD });
    await stage.clock.advanceAsync(1500);
    expect(codeOf(await silent)).to.equal('UNAVAILABLE');
    expect(stage.hasher.calls).to.deep.equal([]);
  });

  it('passes on that there is no room to hash, and does not count it as a failure', async () => {
    await stage.account('Ada');
    for (let times = 0; times < 30; times++) {
      stage.hasher.failures.push(new WireError('RATE_LIMITED', 'busy', { retryAfterMs: 777 }));
      const answer = await stage.signIn({ name: 'Ada', password: GOOD });
      expect(answer).to.deep.include({ code: 'RATE_LIMITED', retryAfterMs: 777 });
    }
    expect(codeOf(await stage.signIn({ name: 'Ada', password: GOOD }))).to.equal(null);
  });

  it('pauses after five failures, for as long as it says', async () => {
    await stage.account('Ada');
    for (let times = 0; times < 5; times++) {
      await stage.signIn({ name: 'Ada', password: OTHER });
    }
    stage.hasher.taken();
    const answer = await stage.signIn({ name: 'ADA', password: GOOD });
    expect(answer).to.deep.include({ code: 'RATE_LIMITED', retryAfterMs: 1000 });
    expect(stage.hasher.taken()).to.deep.equal([]);
    stage.clock.advance(1000);
    expect(codeOf(await stage.signIn({ name: 'Ada', password: GOOD }))).to.equal(null);
  });

  describe('that has to be changed', () => {
    beforeEach(() => stage.account('Ada', GOOD, { mustChange: true }));

    it('works only together with a new one, which holds from then on', async () => {
      expect(codeOf(await stage.signIn({ name: 'Ada', password: GOOD }))).to.equal('ACCESS_DENIED');
      const both = { name: 'Ada', password: GOOD, newPassword: OTHER };
      expect(codeOf(await stage.signIn(both))).to.equal(null);
      expect(codeOf(await stage.signIn({ name: 'Ada', password: OTHER }))).to.equal(null);
      const old = await stage.signIn({ name: 'Ada', password: GOOD });
      expect(codeOf(old)).to.equal('AUTHENTICATION_FAILED');
    });

    it('may be changed twice in the same words, because an answer can be lost', async () => {
      const both = { name: 'Ada', password: GOOD, newPassword: OTHER };
      expect(codeOf(await stage.signIn(both))).to.equal(null);
      expect(codeOf(await stage.signIn(both))).to.equal(null);
    });

    it('takes no new one that is weak or the old one', async () => {
      for (const newPassword of ['short', GOOD, 'ada ada ada ada ada']) {
        const answer = await stage.signIn({ name: 'Ada', password: GOOD, newPassword });
        expect(codeOf(answer)).to.equal('INVALID_PARAMS');
      }
    });

    it('tells nobody who does not know it', async () => {
      const wrong = { name: 'Ada', password: OTHER, newPassword: 'yet another sentence' };
      expect(codeOf(await stage.signIn(wrong))).to.equal('AUTHENTICATION_FAILED');
    });
  });

  it('lets nobody in where there is no usable hash', async () => {
    const { id } = await stage.account('Ada', null);
    await stage.credential(id, NO_PASSWORD, true);
    for (const password of ['', NO_PASSWORD, GOOD]) {
      const answer = await stage.signIn({ name: 'Ada', password, newPassword: OTHER });
      expect(codeOf(answer)).to.equal('AUTHENTICATION_FAILED');
    }
  });
});
