import type { AccessPolicy } from '../contracts/access-policy.js';
import type { AccountStore } from '../contracts/account-store.js';
import type { AuditLog } from '../contracts/audit-log.js';
import type { Authenticator } from '../contracts/authenticator.js';
import type { BanStore } from '../contracts/ban-store.js';
import type { ChannelStore } from '../contracts/channel-store.js';
import type { Clock } from '../contracts/clock.js';
import type { FloorPolicy } from '../contracts/floor-policy.js';
import type { IdempotencyStore } from '../contracts/idempotency-store.js';
import type { InviteStore } from '../contracts/invite-store.js';
import type { KeyService } from '../contracts/key-service.js';
import type { Logger } from '../contracts/logger.js';
import type { MemberRoles } from '../contracts/member-roles.js';
import type { MemberStore } from '../contracts/member-store.js';
import type { Metrics } from '../contracts/metrics.js';
import type { OrganizationStore } from '../contracts/organization-store.js';
import type { PasswordHasher } from '../contracts/password-hasher.js';
import type { ResumeTokenStore } from '../contracts/resume-token-store.js';
import type { RouteRule } from '../contracts/route-rule.js';
import type { SettingsStore } from '../contracts/settings-store.js';
import type { VoiceTransport } from '../contracts/voice-transport.js';
import type { Hooks } from '../hook/hooks.js';
import type { Extensions } from '../server/extensions.js';
import type { ServerOptions } from '../server/server-options.js';

/** Every contract that the domain works with, as the plugins and core's defaults provide them. */
export interface DomainDependencies {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly hooks: Hooks;
  readonly accessPolicy: AccessPolicy;
  readonly authenticators: readonly Authenticator[];
  readonly organizationStore: OrganizationStore;
  readonly channelStore: ChannelStore;
  readonly accountStore: AccountStore;
  readonly banStore: BanStore;
  readonly idempotencyStore: IdempotencyStore;
  readonly inviteStore: InviteStore;
  readonly memberStore: MemberStore;
  readonly resumeTokenStore: ResumeTokenStore;
  readonly settingsStore: SettingsStore;
  readonly memberRoles: MemberRoles;
  readonly auditLog: AuditLog;
  /** `null`: channels have no passwords on this server. */
  readonly passwordHasher: PasswordHasher | null;
  readonly floorPolicy: FloorPolicy;
  readonly keyService: KeyService;
  readonly routeRules: readonly RouteRule[];
  readonly voiceTransports: readonly VoiceTransport[];
  readonly extensions: Extensions;
  readonly options: ServerOptions;
}
