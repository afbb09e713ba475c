import type { AccountStore } from './account-store.js';
import type { AuditLog } from './audit-log.js';
import type { BanStore } from './ban-store.js';
import type { ChannelStore } from './channel-store.js';
import type { CredentialStore } from './credential-store.js';
import type { IdempotencyStore } from './idempotency-store.js';
import type { InviteStore } from './invite-store.js';
import type { MemberStore } from './member-store.js';
import type { OrganizationStore } from './organization-store.js';
import type { ResumeTokenStore } from './resume-token-store.js';
import type { RoleStore } from './role-store.js';
import type { SettingsStore } from './settings-store.js';

/**
 * All stores of one backend. They know each other's records: what refers to a record of another of
 * them is refused when that is not there, and goes when it goes.
 */
export interface StoreSet {
  readonly accounts: AccountStore;
  readonly credentials: CredentialStore;
  readonly settings: SettingsStore;
  readonly organizations: OrganizationStore;
  readonly members: MemberStore;
  readonly channels: ChannelStore;
  readonly roles: RoleStore;
  readonly bans: BanStore;
  readonly invites: InviteStore;
  readonly idempotency: IdempotencyStore;
  readonly resumeTokens: ResumeTokenStore;
  readonly auditLog: AuditLog;
}

export type PortableStoreName = Exclude<keyof StoreSet, 'idempotency' | 'resumeTokens'>;

/** The stores whose content is exported, each after those that its records refer to. */
export const portableStores: readonly PortableStoreName[] = [
  'accounts',
  'credentials',
  'settings',
  'organizations',
  'members',
  'channels',
  'roles',
  'bans',
  'invites',
  'auditLog',
];
