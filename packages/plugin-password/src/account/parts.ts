import type {
  AccountStore,
  Authenticator,
  Clock,
  CredentialStore,
  InviteStore,
  Logger,
  MemberRoles,
  MemberStore,
} from '@sidetone/core';
import type { QueuedHasher } from '../hashing/argon2-hasher.js';
import type { PasswordPolicy } from '../policy/password-policy.js';
import type { SignInThrottle } from '../throttle/sign-in-throttle.js';

/** What everything works with that reads or changes passwords. */
export interface PasswordParts {
  readonly accounts: AccountStore;
  readonly credentials: CredentialStore;
  readonly hasher: QueuedHasher;
  readonly policy: PasswordPolicy;
  readonly throttle: SignInThrottle;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What making an account needs beside it. */
export interface RegistrationParts extends PasswordParts {
  readonly invites: InviteStore;
  readonly members: MemberStore;
  readonly roles: MemberRoles;
}

export type Credentials = Parameters<Authenticator['authenticate']>[0];
