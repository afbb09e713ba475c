import type { Container } from '../container.js';
import { AccessPolicy } from '../contracts/access-policy.js';
import { AuditLog } from '../contracts/audit-log.js';
import { Authenticator } from '../contracts/authenticator.js';
import { ChannelStore } from '../contracts/channel-store.js';
import { FloorPolicy } from '../contracts/floor-policy.js';
import { KeyService } from '../contracts/key-service.js';
import { OrganizationStore } from '../contracts/organization-store.js';
import { GuestAuthenticator } from '../defaults/guest-authenticator.js';
import { MemoryAuditLog } from '../defaults/memory-audit-log.js';
import { MemoryChannelStore } from '../defaults/memory-channel-store.js';
import { MemoryOrganizationStore } from '../defaults/memory-organization-store.js';
import { OpenAccessPolicy } from '../defaults/open-access-policy.js';
import { OpenFloorPolicy } from '../defaults/open-floor-policy.js';
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
    provider(AuditLog, () => new MemoryAuditLog(services)),
    provider(Authenticator, () => new GuestAuthenticator()),
    provider(ChannelStore, () => new MemoryChannelStore()),
    provider(FloorPolicy, () => new OpenFloorPolicy()),
    provider(KeyService, () => new ServerKeyService()),
    provider(OrganizationStore, () => new MemoryOrganizationStore()),
  ];
}

function provider<T>(token: Token<T>, factory: () => T): DefaultProvider {
  return { token, provide: (container) => container.provide(token, factory) };
}
