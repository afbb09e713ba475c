import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { VoiceError } from '@sidetone/protocol';
import { PasswordChange } from '../../src/account/password-change.js';
import { hashOf } from '../double/counting-hasher.js';
import { GOOD, OTHER, PasswordStage } from '../double/password-stage.js';

interface Closed {
  readonly userId: string;
  readonly reason: string;
  readonly except: string | undefined;
  /** What was kept at that moment. */
  readonly hash: string | undefined;
}

describe('changing a password', () => {
  let stage: PasswordStage;
  let closed: Closed[];
  let change: PasswordChange;
  let userId: string;
  let kept: string | undefined;

  const caller = () => ({ userId, sessionId: 'mine', organizationId: stage.organizationId });
  const failure = (current: string, next: string, who = caller()): Promise<unknown> =>
    change.change({ current, next }, who).then(
      () => null,
      (error: unknown) => error,
    );

  beforeEach(async () => {
    stage = new PasswordStage();
    closed = [];
    ({ id: userId } = await stage.account('Ada'));
    const put = stage.parts.credentials.put.bind(stage.parts.credentials);
    stage.parts.credentials.put = async (record) => {
      const version = await put(record);
      kept = record.hash;
      return version;
    };
    change = new PasswordChange(stage.parts, () => ({
      closeOfUser: (user, reason, { except } = {}) =>
        closed.push({ userId: user, reason, except, hash: kept }),
    }));
  });

  it('closes the other sessions, when the new one is kept', async () => {
    expect(await failure(GOOD, OTHER)).to.equal(null);
    const expected = { userId, reason: 'CREDENTIALS_CHANGED', except: 'mine', hash: hashOf(OTHER) };
    expect(closed).to.deep.equal([expected]);
  });

  it('closes none when the present one is wrong or the store is gone', async () => {
    expect(await failure(OTHER, GOOD)).to.have.property('code', 'ACCESS_DENIED');
    stage.parts.credentials.put = () =>
      Promise.reject(new VoiceError('ERR_STORE_UNAVAILABLE', 'gone'));
    expect(await failure(GOOD, OTHER)).to.have.property('code', 'UNAVAILABLE');
    expect(closed).to.deep.equal([]);
  });

  it('lets the later of two who change it at once know that they were late', async () => {
    const outcomes = await Promise.all([failure(GOOD, OTHER), failure(GOOD, `${OTHER} too`)]);
    expect(outcomes.filter((outcome) => outcome === null)).to.have.lengthOf(1);
    const [late] = outcomes.filter((outcome) => outcome !== null);
    expect(late).to.have.property('code', 'VERSION_CONFLICT');
  });

  it('is nothing for users without a password', async () => {
    const guest = { ...caller(), userId: randomUUID() };
    expect(await failure(GOOD, OTHER, guest)).to.have.property('code', 'NOT_FOUND');
  });

  it('does away with the duty to change it', async () => {
    const { id } = await stage.account('Bob', GOOD, { mustChange: true });
    expect(await failure(GOOD, OTHER, { ...caller(), userId: id })).to.equal(null);
    const credential = await stage.stores.credentials.get(id, 'password');
    expect(credential?.mustChange).to.equal(false);
  });
});
