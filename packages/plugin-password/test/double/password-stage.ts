import { randomUUID } from 'node:crypto';
import {
  createMemoryStores,
  hashInviteCode,
  MemoryMetrics,
  StoredMemberRoles,
  type AccountRecord,
  type AuthenticationResult,
  type Authenticator,
  type InviteRecord,
  type StoreSet,
} from '@sidetone/core';
import {
  createFakeClock,
  createRecordingLogger,
  type FakeClock,
  type RecordingLogger,
} from '@sidetone/testkit';
import { PASSWORD } from '../../src/account/credential-kind.js';
import type { RegistrationParts } from '../../src/account/parts.js';
import { PasswordAuthenticator } from '../../src/account/password-authenticator.js';
import { PasswordPolicy } from '../../src/policy/password-policy.js';
import { RegisterAuthenticator } from '../../src/registration/register-authenticator.js';
import { SignInThrottle } from '../../src/throttle/sign-in-throttle.js';
import { CountingHasher, hashOf } from './counting-hasher.js';

export const GOOD = 'correct horse battery';
export const OTHER = 'another long sentence';
export const ELSEWHERE = '192.0.2.7';

type Given = Readonly<Record<string, unknown>>;

/** All of the plugin but argon2, on stores in memory and a clock that stands. */
export class PasswordStage {
  readonly clock: FakeClock = createFakeClock();
  readonly log: RecordingLogger = createRecordingLogger();
  readonly metrics = new MemoryMetrics();
  readonly hasher = new CountingHasher();
  readonly stores: StoreSet = createMemoryStores({ log: this.log });
  readonly organizationId = randomUUID();
  readonly parts: RegistrationParts = {
    accounts: this.stores.accounts,
    credentials: this.stores.credentials,
    invites: this.stores.invites,
    members: this.stores.members,
    roles: new StoredMemberRoles(this.stores.roles),
    hasher: this.hasher,
    policy: new PasswordPolicy({
      minLength: 15,
      blockedWords: ['Sidetone'],
      common: new Set(['passwordpassword', 'password']),
    }),
    throttle: new SignInThrottle({ clock: this.clock, metrics: this.metrics }),
    clock: this.clock,
    log: this.log,
  };

  signIn(credentials: Given, remoteAddress = ELSEWHERE): Promise<AuthenticationResult> {
    return this.ask(new PasswordAuthenticator(this.parts), credentials, remoteAddress);
  }

  register(
    credentials: Given,
    { needsInvite = false, remoteAddress = ELSEWHERE } = {},
  ): Promise<AuthenticationResult> {
    const authenticator = new RegisterAuthenticator(this.parts, { needsInvite });
    return this.ask(authenticator, credentials, remoteAddress);
  }

  ask(authenticator: Authenticator, given: Given, from: string): Promise<AuthenticationResult> {
    return authenticator.authenticate(given, { remoteAddress: from });
  }

  /** An account as an administrator makes it, with this password if there is one. */
  async account(
    name: string,
    password: string | null = GOOD,
    more: { mustChange?: boolean; disabled?: boolean; administrator?: boolean } = {},
  ): Promise<AccountRecord> {
    const { mustChange = false, disabled = false, administrator = false } = more;
    const record = {
      id: randomUUID(),
      name,
      displayName: name,
      disabled,
      administrator,
      createdAt: this.clock.wallTime(),
      version: 0,
    };
    const version = await this.stores.accounts.put(record);
    if (password !== null) await this.credential(record.id, hashOf(password), mustChange);
    return { ...record, version };
  }

  async credential(userId: string, hash: string, mustChange = false): Promise<void> {
    const changedAt = this.clock.wallTime();
    const record = { userId, kind: PASSWORD, hash, mustChange, changedAt, version: 0 };
    await this.stores.credentials.put(record);
  }

  async hashOf(userId: string): Promise<string | undefined> {
    return (await this.stores.credentials.get(userId, PASSWORD))?.hash;
  }

  async invite(code: string, more: Partial<InviteRecord> = {}): Promise<InviteRecord> {
    const { organizationId } = this;
    const present = await this.stores.organizations.load();
    if (present.length === 0) {
      await this.stores.organizations.put({
        id: organizationId,
        name: 'Wing',
        admission: 'members',
        participantLimit: null,
        channelLimit: null,
        version: 0,
      });
    }
    const record: InviteRecord = {
      id: randomUUID(),
      organizationId,
      codeHash: hashInviteCode(code),
      createdBy: randomUUID(),
      createdAt: this.clock.wallTime(),
      expiresAt: null,
      maxUses: 1,
      roleIds: [],
      ...more,
    };
    await this.stores.invites.put(record);
    return record;
  }
}

/** The code of a denial, `null` where somebody was let in. */
export function codeOf(result: AuthenticationResult): string | null {
  return result.ok ? null : result.code;
}
