import type { Clock, Logger, StoreSet } from '@sidetone/core';
import type { SqlDatabase } from '../database/sql-database.js';
import { SqlAccountStore } from './sql-account-store.js';
import { SqlAuditLog } from './sql-audit-log.js';
import { SqlBanStore } from './sql-ban-store.js';
import { SqlChannelStore } from './sql-channel-store.js';
import { SqlCredentialStore } from './sql-credential-store.js';
import { SqlIdempotencyStore } from './sql-idempotency-store.js';
import { SqlInviteStore } from './sql-invite-store.js';
import { SqlMemberStore } from './sql-member-store.js';
import { SqlOrganizationStore } from './sql-organization-store.js';
import { SqlResumeTokenStore } from './sql-resume-token-store.js';
import { SqlRoleStore } from './sql-role-store.js';
import { SqlSettingsStore } from './sql-settings-store.js';

export interface CreateSqlStoresOptions {
  /** With the tables of the stores up to date: `migrateStores`. */
  readonly database: SqlDatabase;
  readonly clock: Clock;
  readonly log: Logger;
}

/** All stores on one database. */
export function createSqlStores({ database, clock, log }: CreateSqlStoresOptions): StoreSet {
  return {
    accounts: new SqlAccountStore(database),
    credentials: new SqlCredentialStore(database),
    settings: new SqlSettingsStore(database),
    organizations: new SqlOrganizationStore(database),
    members: new SqlMemberStore(database),
    channels: new SqlChannelStore(database),
    roles: new SqlRoleStore(database),
    bans: new SqlBanStore(database),
    invites: new SqlInviteStore(database),
    idempotency: new SqlIdempotencyStore(database),
    resumeTokens: new SqlResumeTokenStore(database),
    auditLog: new SqlAuditLog({ database, clock, log }),
  };
}
