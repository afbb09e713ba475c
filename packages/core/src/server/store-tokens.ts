import { AccountStore } from '../contracts/account-store.js';
import { AuditLog } from '../contracts/audit-log.js';
import { BanStore } from '../contracts/ban-store.js';
import { ChannelStore } from '../contracts/channel-store.js';
import { CredentialStore } from '../contracts/credential-store.js';
import { IdempotencyStore } from '../contracts/idempotency-store.js';
import { InviteStore } from '../contracts/invite-store.js';
import { MemberStore } from '../contracts/member-store.js';
import { OrganizationStore } from '../contracts/organization-store.js';
import { ResumeTokenStore } from '../contracts/resume-token-store.js';
import { RoleStore } from '../contracts/role-store.js';
import { SettingsStore } from '../contracts/settings-store.js';
import type { StoreSet } from '../contracts/store-set.js';
import type { Token } from '../token.js';
import type { PluginContext } from './plugin.js';

/** By which token each store of a set is found. */
export const storeTokens: { readonly [N in keyof StoreSet]: Token<StoreSet[N]> } = Object.freeze({
  accounts: AccountStore,
  credentials: CredentialStore,
  settings: SettingsStore,
  organizations: OrganizationStore,
  members: MemberStore,
  channels: ChannelStore,
  roles: RoleStore,
  bans: BanStore,
  invites: InviteStore,
  idempotency: IdempotencyStore,
  resumeTokens: ResumeTokenStore,
  auditLog: AuditLog,
});

const names = Object.keys(storeTokens) as readonly (keyof StoreSet)[];

/** Provides every store of a set; the plugin lists `Object.values(storeTokens)` in `provides`. */
export function provideStores(context: Pick<PluginContext, 'provide'>, stores: StoreSet): void {
  for (const name of names) context.provide<object>(storeTokens[name], () => stores[name]);
}

/** The whole set, from whatever gives an implementation for a token: a server, or a plugin's context. */
export function gatherStores(from: { get<T>(token: Token<T>): T }): StoreSet {
  const entries = names.map((name) => [name, from.get<unknown>(storeTokens[name])]);
  return Object.fromEntries(entries) as StoreSet;
}
