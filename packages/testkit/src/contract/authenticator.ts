import { match, ok, strictEqual } from 'node:assert/strict';
import type { AuthenticationResult, Authenticator, Identity } from '@sidetone/core';
import { createValidator, Id, Name } from '@sidetone/protocol';
import { onFresh, type ContractRunner, type ContractSubject } from './contract-runner.js';

type Credentials = Readonly<Record<string, unknown>>;

export interface AuthenticatorSubject {
  readonly authenticator: Authenticator;
  /** Credentials that are accepted; asked for anew for each sign-in. */
  readonly good: () => Credentials | Promise<Credentials>;
  /** Credentials that are denied, by what is wrong with them. */
  readonly bad: Readonly<Record<string, Credentials>>;
}

const DENIALS: readonly string[] = [
  'AUTHENTICATION_FAILED',
  'INVALID_PARAMS',
  'RATE_LIMITED',
  'UNAVAILABLE',
  'ALREADY_EXISTS',
  'ACCESS_DENIED',
];

/** The suite of the `Authenticator` contract. */
export function describeAuthenticator(
  { describe, it }: ContractRunner,
  subject: ContractSubject<AuthenticatorSubject>,
): void {
  const fresh = onFresh(subject);

  describe('as an Authenticator', () => {
    it(
      'names its method as hello can list it',
      fresh(({ authenticator }) => {
        match(authenticator.method, /^[a-z][a-z0-9-]{0,31}$/);
      }),
    );

    it(
      'gives an identity with a UUID and a name of one line',
      fresh(async (under) => {
        const identity = await accepted(under);
        ok(createValidator(Id).validate(identity.userId).ok, `user id "${identity.userId}"`);
        const { displayName } = identity;
        ok(createValidator(Name).validate(displayName).ok, `display name "${displayName}"`);
        strictEqual(typeof identity.guest, 'boolean');
      }),
    );

    it(
      'gives a guest an id that no other guest has, and a user always the same',
      fresh(async (under) => {
        const identities = [await accepted(under), await accepted(under), await accepted(under)];
        const ids = new Set(identities.map(({ userId }) => userId));
        strictEqual(ids.size, identities[0]?.guest === true ? 3 : 1);
      }),
    );

    it(
      'denies with a result, never with an exception, and does not repeat the credentials',
      fresh(async (under) => {
        for (const [what, credentials] of Object.entries(under.bad)) {
          const result = await signIn(under.authenticator, credentials);
          ok(!result.ok, `accepted: ${what}`);
          ok(DENIALS.includes(result.code), `${what} was denied with "${result.code}"`);
          ok(result.message.length > 0, `${what} was denied without a word`);
          for (const secret of Object.values(credentials)) {
            if (typeof secret !== 'string' || secret.length < 4) continue;
            ok(!result.message.includes(secret), `the denial of ${what} repeats the credentials`);
          }
        }
      }),
    );

    it(
      'denies credentials of any shape, and none at all',
      fresh(async ({ authenticator }) => {
        const shapes: Credentials[] = [{}, { name: 5, password: [], token: null }];
        for (const shape of shapes) {
          const { ok: isAccepted } = await signIn(authenticator, shape);
          strictEqual(isAccepted, false, `accepted: ${JSON.stringify(shape)}`);
        }
      }),
    );
  });
}

function signIn(authenticator: Authenticator, given: Credentials): Promise<AuthenticationResult> {
  return authenticator.authenticate(given, { remoteAddress: '192.0.2.1' });
}

async function accepted({ authenticator, good }: AuthenticatorSubject): Promise<Identity> {
  const result = await signIn(authenticator, await good());
  ok(result.ok, 'credentials called good were denied');
  return result.identity;
}
