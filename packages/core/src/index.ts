export type { BanDraft, BansApi } from './api/bans-api.js';
export type { CreatedInvite, InviteDraft, InvitesApi } from './api/invites-api.js';
export type { MembersApi } from './api/members-api.js';
export type {
  ChannelsApi,
  OrganizationApi,
  ParticipantDetails,
  ParticipantsApi,
} from './api/organization-api.js';
export type {
  OrganizationChanges,
  OrganizationDraft,
  OrganizationsApi,
} from './api/organizations-api.js';
export type { PatchesApi } from './api/patches-api.js';
export type { UserChanges, UserDraft, UsersApi } from './api/users-api.js';
export { SerialQueue } from './command/serial-queue.js';
export { withoutStoreFailure } from './command/store-failure.js';
export { injectionToken } from './container.js';
export * from './contracts/access-policy.js';
export * from './contracts/account-store.js';
export * from './contracts/audit-log.js';
export * from './contracts/authenticator.js';
export * from './contracts/ban-store.js';
export * from './contracts/channel-store.js';
export * from './contracts/clock.js';
export * from './contracts/control-transport.js';
export * from './contracts/credential-store.js';
export * from './contracts/directory.js';
export * from './contracts/floor-policy.js';
export * from './contracts/health.js';
export * from './contracts/http-server.js';
export * from './contracts/idempotency-store.js';
export * from './contracts/invite-store.js';
export * from './contracts/key-service.js';
export * from './contracts/logger.js';
export * from './contracts/member-roles.js';
export * from './contracts/member-store.js';
export * from './contracts/metrics.js';
export * from './contracts/organization-store.js';
export * from './contracts/password-hasher.js';
export * from './contracts/resume-token-store.js';
export * from './contracts/role-store.js';
export * from './contracts/route-rule.js';
export * from './contracts/sessions.js';
export * from './contracts/settings-store.js';
export * from './contracts/store-set.js';
export * from './contracts/stored-record.js';
export * from './contracts/voice-ingress.js';
export * from './contracts/voice-transport.js';
export * from './defaults/guest-authenticator.js';
export * from './defaults/memory-account-store.js';
export * from './defaults/memory-audit-log.js';
export * from './defaults/memory-ban-store.js';
export * from './defaults/memory-channel-store.js';
export * from './defaults/memory-credential-store.js';
export { MemoryDatabase } from './defaults/memory-database.js';
export * from './defaults/memory-idempotency-store.js';
export * from './defaults/memory-invite-store.js';
export * from './defaults/memory-member-store.js';
export * from './defaults/memory-metrics.js';
export * from './defaults/memory-organization-store.js';
export * from './defaults/memory-resume-token-store.js';
export * from './defaults/memory-role-store.js';
export * from './defaults/memory-settings-store.js';
export * from './defaults/memory-stores.js';
export * from './defaults/net-floor-policy.js';
export * from './defaults/open-access-policy.js';
export * from './defaults/pino-logger.js';
export * from './defaults/settle-version.js';
export * from './defaults/stored-member-roles.js';
export * from './defaults/system-clock.js';
export { shownName, type ShownName } from './domain/shown-name.js';
export { stableId } from './domain/stable-id.js';
export { errorCodes, type ErrorCode } from './error/error-codes.js';
export type { FactListeners } from './hook/fact-emitter.js';
export type {
  EntityName,
  EntityViews,
  FactName,
  Facts,
  Guard,
  GuardRequest,
  GuardVerdict,
  Observer,
  Transform,
} from './hook/hooks.js';
export { isLoopback } from './limit/loopback.js';
export { networkOf } from './limit/network-of.js';
export { TokenBucket, type TokenRate } from './limit/token-bucket.js';
export type { MediaPort, MediaPortOptions } from './media-port/media-port.js';
export type { MediaFrameOptions, MediaTarget } from './media-port/media-target.js';
export type { OpenedFrame, SealedFrame } from './media-port/received-frame.js';
export { createReasonCounters } from './metrics/reason-counters.js';
export * from './portability/export-all.js';
export * from './portability/import-all.js';
export { hashInviteCode } from './organization/invite-code.js';
export * from './portability/import-records.js';
export type * from './portability/portable-kinds.js';
export type { BootProblem } from './server/boot-order.js';
export { createServer } from './server/create-server.js';
export type {
  EventPublisher,
  MethodCaller,
  MethodSchema,
  Plugin,
  PluginContext,
} from './server/plugin.js';
export type { SidetoneServer } from './server/server.js';
export type {
  CreateServerOptions,
  ServerOptions,
  ServerServices,
} from './server/server-options.js';
export { gatherStores, provideStores, storeTokens } from './server/store-tokens.js';
export { createToken, type Token } from './token.js';
