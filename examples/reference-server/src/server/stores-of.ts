import {
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
  type SidetoneServer,
  type StoreSet,
} from '@sidetone/core';

/** The stores of a server that runs. */
export function storesOf(server: SidetoneServer): StoreSet {
  return {
    accounts: server.get(AccountStore),
    credentials: server.get(CredentialStore),
    settings: server.get(SettingsStore),
    organizations: server.get(OrganizationStore),
    members: server.get(MemberStore),
    channels: server.get(ChannelStore),
    roles: server.get(RoleStore),
    bans: server.get(BanStore),
    invites: server.get(InviteStore),
    idempotency: server.get(IdempotencyStore),
    resumeTokens: server.get(ResumeTokenStore),
    auditLog: server.get(AuditLog),
  };
}
