import {
  AccountStore,
  Authenticator,
  Clock,
  CredentialStore,
  InviteStore,
  MemberRoles,
  MemberStore,
  Metrics,
  PasswordHasher,
  Sessions,
  type Plugin,
  type PluginContext,
} from '@sidetone/core';
import { Type } from 'typebox';
import { PasswordAuthenticator } from './account/password-authenticator.js';
import { changeParams, PasswordChange } from './account/password-change.js';
import type { RegistrationParts } from './account/parts.js';
import { Argon2Hasher } from './hashing/argon2-hasher.js';
import { HashProcess, unavailable } from './hashing/hash-process.js';
import { HashQueue } from './hashing/hash-queue.js';
import { HashService } from './hashing/hash-service.js';
import {
  resolvePasswordOptions,
  type PasswordOptions,
  type ResolvedPasswordOptions,
} from './options.js';
import { PasswordKeeper, Passwords } from './passwords.js';
import { loadCommonPasswords } from './policy/common-passwords.js';
import { PasswordPolicy } from './policy/password-policy.js';
import { RegisterAuthenticator } from './registration/register-authenticator.js';
import { SignInThrottle } from './throttle/sign-in-throttle.js';

/**
 * Accounts with passwords: provides the `PasswordHasher`, the authenticators `password` and, unless
 * registration is closed, `register`, the method `password.change`, and {@link Passwords}.
 *
 * Throws `ERR_PASSWORD_OPTIONS` at once. The start fails with `ERR_PASSWORD_HASHER` where this
 * machine cannot hash.
 */
export function password(options?: PasswordOptions): Plugin {
  const resolved = resolvePasswordOptions(options);
  return {
    name: '@sidetone/plugin-password',
    version: '0.1.0',
    requires: [
      AccountStore,
      Clock,
      CredentialStore,
      InviteStore,
      MemberRoles,
      MemberStore,
      Metrics,
    ],
    provides: [PasswordHasher, Authenticator, Passwords],
    async setup(context) {
      const hasher = await startHasher(context, resolved);
      const parts = collectParts(context, hasher, resolved);
      let sessions: Sessions | null = null;
      context.onReady(() => void (sessions = context.get(Sessions)));
      context.provide(PasswordHasher, () => hasher);
      context.provide(Passwords, () => new PasswordKeeper({ ...parts, sessions: () => sessions }));
      context.provide(Authenticator, () => new PasswordAuthenticator(parts));
      const { registration } = resolved;
      if (registration !== 'closed') {
        const needsInvite = registration === 'invite';
        context.provide(Authenticator, () => new RegisterAuthenticator(parts, { needsInvite }));
      }
      const change = new PasswordChange(parts, () => sessions);
      context.method(
        'password.change',
        { params: changeParams, result: Type.Object({}), mutates: true, confidential: true },
        (params, caller) => change.change(params, caller),
      );
    },
  };
}

async function startHasher(
  context: PluginContext,
  { argon2: parameters, concurrency }: ResolvedPasswordOptions,
): Promise<Argon2Hasher> {
  const clock = context.get(Clock);
  const metrics = context.get(Metrics);
  const launch = (): HashProcess => new HashProcess(clock, concurrency);
  const service = new HashService({ clock, log: context.log, launch });
  const queue = new HashQueue({ clock, metrics, concurrency });
  context.onClose(async () => {
    queue.close(unavailable());
    await service.close();
  });
  await service.start();
  const hasher = new Argon2Hasher({ parameters, metrics, queue, runner: service });
  await hasher.warmUp();
  return hasher;
}

function collectParts(
  context: PluginContext,
  hasher: Argon2Hasher,
  { minLength, blockedWords }: ResolvedPasswordOptions,
): RegistrationParts {
  const clock = context.get(Clock);
  return {
    accounts: context.get(AccountStore),
    credentials: context.get(CredentialStore),
    invites: context.get(InviteStore),
    members: context.get(MemberStore),
    roles: context.get(MemberRoles),
    hasher,
    policy: new PasswordPolicy({ minLength, blockedWords, common: loadCommonPasswords() }),
    throttle: new SignInThrottle({ clock, metrics: context.get(Metrics) }),
    clock,
    log: context.log,
  };
}
