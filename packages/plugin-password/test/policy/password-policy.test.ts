import { expect } from 'chai';
import fc from 'fast-check';
import { loadCommonPasswords } from '../../src/policy/common-passwords.js';
import { PasswordPolicy } from '../../src/policy/password-policy.js';

const common = loadCommonPasswords();
const policy = new PasswordPolicy({ minLength: 15, common, blockedWords: ['Sidetone'] });
const short = new PasswordPolicy({ minLength: 8, common, blockedWords: [] });

describe('the policy for passwords', () => {
  it('takes long ones of any characters, and asks for no mixture of them', () => {
    for (const password of [
      'correct horse battery',
      'aufderwieseblühtein',
      '漢字でも十五文字あれば大丈夫です',
      '🚀🛰️🪐 over the moon 🌕',
      'nothing but letters',
    ]) {
      expect(policy.problemOf(password), password).to.equal(null);
    }
  });

  it('counts characters of the form that is hashed', () => {
    expect(policy.problemOf('kdvmqpzhwxtbgr')).to.match(/too short/);
    expect(policy.problemOf('kdvmqpzhwxtbgry')).to.equal(null);
    expect(policy.problemOf('🚀🛸🌕🪐🌍🌟🌠🌌')).to.match(/too short/);
    // One ligature that is hashed as three letters.
    expect(policy.problemOf('\ufb03kdvmqpzhwxtb')).to.equal(null);
    expect(short.problemOf('kdvmqpzh')).to.equal(null);
  });

  it('takes up to 256 bytes', () => {
    const text = 'kdvmqpzhwxtbgrynf'.repeat(2);
    expect(policy.problemOf(text.repeat(7) + text.slice(0, 18))).to.equal(null);
    expect(policy.problemOf(`${'ü'.repeat(120)} and then some more`)).to.match(/too long/);
    expect(policy.problemOf('x'.repeat(100_000))).to.match(/too long/);
  });

  it('knows more than 10,000 passwords that everybody guesses, in any case and width', () => {
    expect(common.size).to.be.greaterThan(10_000);
    for (const password of [
      'password1',
      'Password1',
      'iloveyou',
      'TRUSTNO1',
      'ｐａｓｓｗｏｒｄ１',
    ]) {
      expect(short.problemOf(password), password).to.match(/guessed first/);
    }
  });

  it('refuses what is a part repeated that is short or known', () => {
    for (const password of [
      'aaaaaaaaaaaaaaaaaaaa',
      '123412341234123412',
      'passwordpassword',
      'iloveyouiloveyouilove',
    ]) {
      expect(policy.problemOf(password), password).to.match(/guessed first/);
    }
  });

  it('refuses what is made of names, also of several and with little beside them', () => {
    const names = ['ysoldette', 'Yso Ldette Lee'];
    for (const password of [
      'YsoldetteYsoldette',
      'ysoldette-sidetone',
      'ysoldette123456789',
      'Sidetone.Sidetone!',
      'Lee, Yso Ldette 99',
    ]) {
      expect(policy.problemOf(password, names), password).to.match(/made of a name/);
    }
    // A name within a name.
    const nested = policy.problemOf('ysoldettewysoldettew', ['ysol', 'ysoldettew']);
    expect(nested).to.match(/made of a name/);
    expect(policy.problemOf('ysoldette eats green apples', names)).to.equal(null);
  });

  it('refuses every common password, whatever the case', () => {
    const known = [...common].filter((word) => word.length >= 8);
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.boolean(), (word, upper) => {
        expect(short.problemOf(upper ? word.toUpperCase() : word)).to.be.a('string');
      }),
    );
  });

  it('refuses whatever is made of a name and up to seven other characters', () => {
    const name = fc.string({ minLength: 8, maxLength: 20 }).map((text) => `x${text}`);
    fc.assert(
      fc.property(name, fc.string({ maxLength: 7 }), (given, rest) => {
        expect(policy.problemOf(given + rest, [given])).to.be.a('string');
      }),
    );
  });

  it('judges alike what is hashed alike, never throws, and does not repeat the password', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4, maxLength: 300, unit: 'grapheme' }), (password) => {
        const problem = policy.problemOf(password);
        expect(policy.problemOf(password.normalize('NFKC'))).to.equal(problem);
        expect(policy.problemOf(password.normalize('NFD'))).to.equal(problem);
        if (problem !== null && password.length > 14) expect(problem).not.to.include(password);
      }),
    );
  });
});
