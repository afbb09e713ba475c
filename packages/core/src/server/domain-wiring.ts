import type { Container } from '../container.js';
import { AccessPolicy } from '../contracts/access-policy.js';
import { AccountStore } from '../contracts/account-store.js';
import { AuditLog } from '../contracts/audit-log.js';
import { Authenticator } from '../contracts/authenticator.js';
import { BanStore } from '../contracts/ban-store.js';
import { ChannelStore } from '../contracts/channel-store.js';
import { ControlIngress } from '../contracts/control-transport.js';
import { Directory } from '../contracts/directory.js';
import { FloorPolicy } from '../contracts/floor-policy.js';
import { IdempotencyStore } from '../contracts/idempotency-store.js';
import { InviteStore } from '../contracts/invite-store.js';
import { KeyService } from '../contracts/key-service.js';
import { MemberRoles } from '../contracts/member-roles.js';
import { MemberStore } from '../contracts/member-store.js';
import { OrganizationStore } from '../contracts/organization-store.js';
import { PasswordHasher } from '../contracts/password-hasher.js';
import { ResumeTokenStore } from '../contracts/resume-token-store.js';
import { RouteRule } from '../contracts/route-rule.js';
import { Sessions } from '../contracts/sessions.js';
import { SettingsStore } from '../contracts/settings-store.js';
import { VoiceIngress } from '../contracts/voice-ingress.js';
import { VoiceTransport } from '../contracts/voice-transport.js';
import type { DomainDependencies } from '../domain/domain-dependencies.js';
import type { Token } from '../token.js';
import type { DomainPort } from './domain-port.js';
import type { StoreGate } from './store-gate.js';

/** What the domain gets by itself; the rest of its dependencies is in the container. */
export type DomainGround = Pick<
  DomainDependencies,
  'clock' | 'log' | 'metrics' | 'hooks' | 'extensions' | 'options'
>;

/** Asks for every contract of the domain, which makes those that nobody has asked for before. */
export function gatherDependencies(
  container: Container,
  ground: DomainGround,
  gate: StoreGate,
): DomainDependencies {
  const store = <S extends object>(token: Token<S>): S => gate.guard(container.get(token));
  return {
    ...ground,
    accessPolicy: container.get(AccessPolicy),
    authenticators: container.getAll(Authenticator),
    organizationStore: store(OrganizationStore),
    channelStore: store(ChannelStore),
    accountStore: store(AccountStore),
    banStore: store(BanStore),
    idempotencyStore: store(IdempotencyStore),
    inviteStore: store(InviteStore),
    memberStore: store(MemberStore),
    resumeTokenStore: store(ResumeTokenStore),
    settingsStore: store(SettingsStore),
    memberRoles: container.get(MemberRoles),
    auditLog: container.get(AuditLog),
    passwordHasher: container.has(PasswordHasher) ? container.get(PasswordHasher) : null,
    floorPolicy: container.get(FloorPolicy),
    keyService: container.get(KeyService),
    routeRules: container.getAll(RouteRule),
    voiceTransports: container.getAll(VoiceTransport),
  };
}

/** Puts the domain's doors where plugins find them from `onReady` on. */
export function provideDoors(container: Container, domain: DomainPort): void {
  container.provide(ControlIngress, () => domain.controlIngress);
  container.provide(VoiceIngress, () => domain.voiceIngress);
  container.provide(Sessions, () => domain.sessions);
  container.provide(Directory, () => domain.directory);
}
