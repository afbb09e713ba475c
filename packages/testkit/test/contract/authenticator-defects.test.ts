import { randomUUID } from 'node:crypto';
import type { AuthenticationResult, Authenticator } from '@sidetone/core';
import { describeAuthenticator } from '../../src/contract/authenticator.js';
import { itCatches, type Defect } from './it-catches.js';

type Authenticate = (credentials: Readonly<Record<string, unknown>>) => AuthenticationResult;

const welcome = (userId: string, displayName = 'Ada', guest = true): AuthenticationResult => ({
  ok: true,
  identity: { userId, displayName, guest },
});

const deny = (message: string): AuthenticationResult => ({
  ok: false,
  code: 'AUTHENTICATION_FAILED',
  message,
});

const sound: Authenticate = ({ name }) =>
  name === 'Ada' ? welcome(randomUUID()) : deny('this name is not known');

const authenticators = (
  authenticate: Authenticate,
  method: string,
  ...caughtBy: string[]
): Defect => ({
  suite: (runner) =>
    describeAuthenticator(runner, {
      create: () => {
        const authenticator: Authenticator = {
          method,
          authenticate: async (credentials) => authenticate(credentials),
        };
        return { authenticator, good: () => ({ name: 'Ada' }), bad: { wrong: { name: 'Eve!' } } };
      },
    }),
  caughtBy,
});

describe('the Authenticator suite', () => {
  itCatches({
    'has a name that hello cannot list': authenticators(
      sound,
      'Not A Method',
      'names its method as hello can list it',
    ),
    'gives two lines for a name': authenticators(
      ({ name }) => (name === 'Ada' ? welcome(randomUUID(), 'Ada\nLovelace') : deny('unknown')),
      'guest',
      'gives an identity with a UUID and a name of one line',
    ),
    'gives all guests one id': authenticators(
      ({ name }) => (name === 'Ada' ? welcome('00000000-0000-4000-8000-000000000000') : deny('no')),
      'guest',
      'gives a guest an id that no other guest has, and a user always the same',
    ),
    'repeats the credentials': authenticators(
      ({ name }) => (name === 'Ada' ? welcome(randomUUID()) : deny(`"${String(name)}" is wrong`)),
      'guest',
      'denies with a result, never with an exception, and does not repeat the credentials',
    ),
    'throws at what it does not expect': authenticators(
      (credentials) => {
        if (typeof credentials['name'] !== 'string') throw new TypeError('no name');
        return sound(credentials);
      },
      'guest',
      'denies credentials of any shape, and none at all',
    ),
  });
});
