import type { Container } from '../container.js';
import { AccessPolicy } from '../contracts/access-policy.js';
import { AccountStore } from '../contracts/account-store.js';
import { AuditLog } from '../contracts/audit-log.js';
import { Authenticator } from '../contracts/authenticator.js';
import { BanStore } from '../contracts/ban-store.js';
import { ChannelStore } from '../contracts/channel-store.js';
import { CredentialStore } from '../contracts/credential-store.js';
import { FloorPolicy } from '../contracts/floor-policy.js';
import { IdempotencyStore } from '../contracts/idempotency-store.js';
import { InviteStore } from '../contracts/invite-store.js';
import { KeyService } from '../contracts/key-service.js';
import { MemberRoles } from '../contracts/member-roles.js';
import { MemberStore } from '../contracts/member-store.js';
import { OrganizationStore } from '../contracts/organization-store.js';
import { ResumeTokenStore } from '../contracts/resume-token-store.js';
import { RoleStore } from '../contracts/role-store.js';
import { SettingsStore } from '../contracts/settings-store.js';
import { GuestAuthenticator } from '../defaults/guest-authenticator.js';
import { MemoryAccountStore } from '../defaults/memory-account-store.js';
import { MemoryAuditLog } from '../defaults/memory-audit-log.js';
import { MemoryBanStore } from '../defaults/memory-ban-store.js';
import { MemoryChannelStore } from '../defaults/memory-channel-store.js';
import { MemoryCredentialStore } from '../defaults/memory-credential-store.js';
import { MemoryDatabase } from '../defaults/memory-database.js';
import { MemoryIdempotencyStore } from '../defaults/memory-idempotency-store.js';
import { MemoryInviteStore } from '../defaults/memory-invite-store.js';
import { MemoryMemberStore } from '../defaults/memory-member-store.js';
import { MemoryOrganizationStore } from '../defaults/memory-organization-store.js';
import { MemoryResumeTokenStore } from '../defaults/memory-resume-token-store.js';
import { MemoryRoleStore } from '../defaults/memory-role-store.js';
import { MemorySettingsStore } from '../defaults/memory-settings-store.js';
import { OpenAccessPolicy } from '../defaults/open-access-policy.js';
import { NetFloorPolicy } from '../defaults/net-floor-policy.js';
import { StoredMemberRoles } from '../defaults/stored-member-roles.js';
import { ServerKeyService } from '../key/server-key-service.js';
import type { Token } from '../token.js';
import type { ServerServices } from './server-options.js';

export interface DefaultProvider {
  readonly token: Token<unknown>;
  readonly provide: (container: Container) => void;
}

/** What core provides where no plugin does. */
export function createDefaultProviders(services: ServerServices): readonly DefaultProvider[] {
  return [
    provider(AccessPolicy, () => new OpenAccessPolicy()),
    provider(Authenticator, () => new GuestAuthenticator()),
    provider(FloorPolicy, () => new NetFloorPolicy()),
    provider(KeyService, () => new ServerKeyService()),
    {
      token: MemberRoles,
      provide: (container) =>
        container.provide(MemberRoles, () => new StoredMemberRoles(container.get(RoleStore))),
    },
    ...memoryStores(services),
  ];
}

function memoryStores(services: ServerServices): readonly DefaultProvider[] {
  const database = new MemoryDatabase();
  return [
    store(AccountStore, () => new MemoryAccountStore(database)),
    store(AuditLog, () => new MemoryAuditLog(services)),
    store(BanStore, () => new MemoryBanStore(database)),
    store(ChannelStore, () => new MemoryChannelStore(database)),
    store(CredentialStore, () => new MemoryCredentialStore(database)),
    store(IdempotencyStore, () => new MemoryIdempotencyStore()),
    store(InviteStore, () => new MemoryInviteStore(database)),
    store(MemberStore, () => new MemoryMemberStore(database)),
    store(OrganizationStore, () => new MemoryOrganizationStore(database)),
    store(ResumeTokenStore, () => new MemoryResumeTokenStore()),
    store(RoleStore, () => new MemoryRoleStore(database)),
    store(SettingsStore, () => new MemorySettingsStore(database)),
  ];
}

/**
 * Made at once, so that the stores in memory know from the start which of them there are: what is
 * in the store of a plugin they cannot look up.
 */
function store<T>(token: Token<T>, make: () => T): DefaultProvider {
  return {
    token,
    provide(container) {
      const made = make();
      container.provide(token, () => made);
    },
  };
}

function provider<T>(token: Token<T>, factory: () => T): DefaultProvider {
  return { token, provide: (container) => container.provide(token, factory) };
}
