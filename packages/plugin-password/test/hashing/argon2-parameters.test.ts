import { expect } from 'chai';
import { isOutdated, parametersOf } from '../../src/hashing/argon2-parameters.js';

const SALT = 'c29tZXNhbHRzb21lc2FsdA';
const HASH = 'RdescudvJCsgt3ub+b5dWRWJTmaaJObG2m2GkyB3v2U';
const phc = (list: string): string => `$argon2id$v=19$${list}$${SALT}$${HASH}`;

describe('the parameters of a hash', () => {
  it('are read in any order', () => {
    const expected = { memoryKiB: 19456, passes: 2, lanes: 1 };
    expect(parametersOf(phc('m=19456,t=2,p=1'))).to.deep.equal(expected);
    expect(parametersOf(phc('m=19456,p=1,t=2'))).to.deep.equal(expected);
  });

  it('are none where it is no Argon2id hash, or one that would take too much', () => {
    for (const hash of [
      '',
      '!',
      '$2b$12$abcdefghijklmnopqrstuv',
      `$argon2i$v=19$m=19456,t=2,p=1$${SALT}$${HASH}`,
      `$argon2id$v=16$m=19456,t=2,p=1$${SALT}$${HASH}`,
      phc('m=19456,t=2'),
      phc('m=19456,t=2,p=1,x=1'),
      phc('m=0,t=2,p=1'),
      phc('m=4194304,t=2,p=1'),
      phc('m=19456,t=65,p=1'),
      phc('m=19456,t=2,p=17'),
      phc('m=19456,t=2,p=1,keyid=a'),
      `${phc('m=19456,t=2,p=1')}$`,
    ]) {
      expect(parametersOf(hash), hash).to.equal(null);
    }
  });

  it('are outdated when one of them is below that of today', () => {
    const today = { memoryKiB: 19456, passes: 2, lanes: 1 };
    expect(isOutdated(today, today)).to.equal(false);
    expect(isOutdated({ ...today, passes: 3 }, today)).to.equal(false);
    expect(isOutdated({ ...today, memoryKiB: 19455 }, today)).to.equal(true);
    expect(isOutdated({ ...today, passes: 1 }, today)).to.equal(true);
    expect(isOutdated(today, { ...today, lanes: 2 })).to.equal(true);
  });
});
