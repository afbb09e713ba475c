import { createValidator, Id, Name } from '@sidetone/protocol';
import { expect } from 'chai';
import type { AuthenticationResult, Authenticator } from '../../src/contracts/authenticator.js';
import type { ContractRunner } from './contract-runner.js';

type Credentials = Readonly<Record<string, unknown>>;

export interface AuthenticatorSubject {
  readonly authenticator: Authenticator;
  /** Credentials that are accepted; asked for anew for each sign-in. */
  readonly good: () => Credentials | Promise<Credentials>;
  /** Credentials that are denied, by what is wrong with them. */
  readonly bad: Readonly<Record<string, Credentials>>;
}

const validId = createValidator(Id);
const validName = createValidator(Name);

/** `create` gives a fresh authenticator for each test. */
export function describeAuthenticator(
  { describe, it }: ContractRunner,
  create: () => AuthenticatorSubject | Promise<AuthenticatorSubject>,
): void {
  const signIn = (
    subject: AuthenticatorSubject,
    given: Credentials,
  ): Promise<AuthenticationResult> =>
    subject.authenticator.authenticate(given, { remoteAddress: '192.0.2.1' });

  describe('as an Authenticator', () => {
    it('names its method as hello can list it', async () => {
      const { authenticator } = await create();
      expect(authenticator.method).to.match(/^[a-z][a-z0-9-]{0,31}$/);
    });

    it('gives an identity with a UUID and a name of one line', async () => {
      const subject = await create();
      const result = await signIn(subject, await subject.good());
      if (!result.ok) throw new Error(`denied: ${result.message}`);
      expect(validId.validate(result.identity.userId).ok).to.equal(true);
      expect(validName.validate(result.identity.displayName).ok).to.equal(true);
      expect(result.identity.guest).to.be.a('boolean');
    });

    it('gives guests an id that no other guest has', async () => {
      const subject = await create();
      const ids = new Set<string>();
      for (let session = 0; session < 3; session++) {
        const result = await signIn(subject, await subject.good());
        if (!result.ok) throw new Error(`denied: ${result.message}`);
        if (!result.identity.guest) return;
        ids.add(result.identity.userId);
      }
      expect(ids.size).to.equal(3);
    });

    it('denies with a result, never with an exception, and does not repeat the credentials', async () => {
      const subject = await create();
      for (const [what, credentials] of Object.entries(subject.bad)) {
        const result = await signIn(subject, credentials);
        if (result.ok) throw new Error(`accepted: ${what}`);
        expect(result.code).to.be.oneOf([
          'AUTHENTICATION_FAILED',
          'INVALID_PARAMS',
          'RATE_LIMITED',
        ]);
        expect(result.message).to.be.a('string').that.is.not.empty;
        for (const secret of Object.values(credentials)) {
          if (typeof secret !== 'string' || secret.length < 4) continue;
          expect(result.message).not.to.include(secret, what);
        }
      }
    });

    it('denies credentials of any shape, and none at all', async () => {
      const subject = await create();
      const shapes: Credentials[] = [
        {},
        { name: 5, password: [], token: null },
        { __proto__: null },
      ];
      for (const shape of shapes) expect((await signIn(subject, shape)).ok).to.equal(false);
    });
  });
}
