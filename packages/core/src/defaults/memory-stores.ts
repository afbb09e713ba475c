import type { StoreSet } from '../contracts/store-set.js';
import { MemoryAccountStore } from './memory-account-store.js';
import { MemoryAuditLog, type MemoryAuditLogOptions } from './memory-audit-log.js';
import { MemoryBanStore } from './memory-ban-store.js';
import { MemoryChannelStore } from './memory-channel-store.js';
import { MemoryCredentialStore } from './memory-credential-store.js';
import { MemoryDatabase } from './memory-database.js';
import { MemoryIdempotencyStore } from './memory-idempotency-store.js';
import { MemoryInviteStore } from './memory-invite-store.js';
import { MemoryMemberStore } from './memory-member-store.js';
import { MemoryOrganizationStore } from './memory-organization-store.js';
import { MemoryResumeTokenStore } from './memory-resume-token-store.js';
import { MemoryRoleStore } from './memory-role-store.js';
import { MemorySettingsStore } from './memory-settings-store.js';

/** Every store, in memory, around one database. */
export function createMemoryStores(options: MemoryAuditLogOptions): StoreSet {
  const database = new MemoryDatabase();
  return {
    accounts: new MemoryAccountStore(database),
    credentials: new MemoryCredentialStore(database),
    settings: new MemorySettingsStore(database),
    organizations: new MemoryOrganizationStore(database),
    members: new MemoryMemberStore(database),
    channels: new MemoryChannelStore(database),
    roles: new MemoryRoleStore(database),
    bans: new MemoryBanStore(database),
    invites: new MemoryInviteStore(database),
    idempotency: new MemoryIdempotencyStore(),
    resumeTokens: new MemoryResumeTokenStore(),
    auditLog: new MemoryAuditLog(options),
  };
}
