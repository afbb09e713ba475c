import {
  AccountStore,
  AuditLog,
  BanStore,
  ChannelStore,
  Clock,
  CredentialStore,
  HealthCheck,
  IdempotencyStore,
  InviteStore,
  MemberStore,
  OrganizationStore,
  ResumeTokenStore,
  RoleStore,
  SettingsStore,
  type PluginContext,
  type StoreSet,
  type Token,
} from '@sidetone/core';
import { SqlDatabase } from './database/sql-database.js';
import { createSqlStores } from './store/create-sql-stores.js';

/** What a plugin that calls `provideSqlStores` has to list in `provides`; in `requires`: `Clock`. */
export const sqlStoreTokens: readonly Token<unknown>[] = [
  SqlDatabase,
  HealthCheck,
  AccountStore,
  AuditLog,
  BanStore,
  ChannelStore,
  CredentialStore,
  IdempotencyStore,
  InviteStore,
  MemberStore,
  OrganizationStore,
  ResumeTokenStore,
  RoleStore,
  SettingsStore,
];

/** Provides the database and every store on it. The caller flushes the audit log before it closes. */
export function provideSqlStores(context: PluginContext, database: SqlDatabase): StoreSet {
  const stores = createSqlStores({ database, clock: context.get(Clock), log: context.log });
  context.provide(SqlDatabase, () => database);
  context.provide(HealthCheck, () => database.health);
  context.provide(AccountStore, () => stores.accounts);
  context.provide(AuditLog, () => stores.auditLog);
  context.provide(BanStore, () => stores.bans);
  context.provide(ChannelStore, () => stores.channels);
  context.provide(CredentialStore, () => stores.credentials);
  context.provide(IdempotencyStore, () => stores.idempotency);
  context.provide(InviteStore, () => stores.invites);
  context.provide(MemberStore, () => stores.members);
  context.provide(OrganizationStore, () => stores.organizations);
  context.provide(ResumeTokenStore, () => stores.resumeTokens);
  context.provide(RoleStore, () => stores.roles);
  context.provide(SettingsStore, () => stores.settings);
  return stores;
}
