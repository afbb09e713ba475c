import { expect } from 'chai';
import fc from 'fast-check';
import type { AuthenticationResult } from '../../src/contracts/authenticator.js';
import { GuestAuthenticator } from '../../src/defaults/guest-authenticator.js';

const signIn = (name: unknown): Promise<AuthenticationResult> =>
  new GuestAuthenticator().authenticate({ name });

async function nameFor(given: string): Promise<string | null> {
  const result = await signIn(given);
  return result.ok ? result.identity.displayName : null;
}

describe('guest authenticator', () => {
  it('trims and normalizes the name', async () => {
    expect(await nameFor('  Ame\u0301lie \n')).to.equal('Am\u00e9lie');
  });

  it('takes names of 1 to 80 characters of any script', async () => {
    for (const name of ['A', 'x'.repeat(80), '空挺部隊', 'Ünïcode', 'pilot 🚀', '👩‍🚀', 'מפקד']) {
      expect(await nameFor(name)).to.equal(name);
    }
  });

  it('denies what is no line of text, and says why in words for people', async () => {
    const wrong: unknown[] = [
      undefined,
      null,
      7,
      {},
      '',
      '   ',
      'x'.repeat(81),
      'x'.repeat(2000),
      'a\u0000b',
      'a\nb',
      'a\u007fb',
      'a\u0085b',
      'a\u2028b',
      'a\u202eb',
      'a\ud800b',
      '\u200b',
    ];
    for (const name of wrong) {
      const result = await signIn(name);
      expect(result.ok).to.equal(false, JSON.stringify(name));
      if (!result.ok) expect(result.code).to.equal('INVALID_PARAMS');
    }
  });

  it('never throws and never lets a control character through', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 100 }), async (given) => {
        const name = await nameFor(given);
        if (name === null) return;
        expect(name).to.match(/^[^\p{Cc}\p{Cs}]{1,80}$/u);
        expect(name).to.equal(name.normalize('NFC').trim());
      }),
    );
  });
});
