export type { Alignment } from './audio/alignment.js';
export * from './audio/codec-round-trip.js';
export * from './audio/compare-speech.js';
export * from './audio/error-codes.js';
export * from './audio/read-wav.js';
export * from './audio/spectral-distance.js';
export * from './audio/speech.js';
export * from './audio/write-wav.js';
export * from './clock/fake-clock.js';
export * from './contract/account-store.js';
export * from './contract/audit-log.js';
export * from './contract/authenticator.js';
export * from './contract/ban-store.js';
export * from './contract/channel-store.js';
export * from './contract/clock.js';
export * from './contract/codec.js';
export type { ContractRunner, ContractSubject, StoreSubject } from './contract/contract-runner.js';
export * from './contract/control-transport.js';
export * from './contract/credential-store.js';
export * from './contract/idempotency-store.js';
export * from './contract/invite-store.js';
export * from './contract/member-store.js';
export * from './contract/organization-store.js';
export * from './contract/resume-token-store.js';
export * from './contract/role-store.js';
export * from './contract/settings-store.js';
export * from './contract/stores.js';
export * from './contract/tenancy.js';
export * from './contract/voice-transport.js';
export * from './error/error-codes.js';
export * from './log/recording-logger.js';
export type { DatagramFault, DatagramStatistics } from './network/datagram-statistics.js';
export type { Direction, Directions } from './network/direction.js';
export type { Verdict } from './network/impaired-path.js';
export type { BurstLoss, Impairment, Stalls } from './network/impairment.js';
export type { LoopbackTarget } from './network/loopback.js';
export type { Timing } from './network/real-timing.js';
export type { StreamImpairment } from './network/stream-impairment.js';
export type { ConnectionStatistics, StreamStatistics } from './network/stream-statistics.js';
export type { CutOptions } from './network/tcp-connection.js';
export * from './network/tcp-impairment.js';
export * from './network/udp-impairment.js';
export * from './plugin/mount-plugin.js';
export * from './plugin/recording-control-ingress.js';
export * from './plugin/recording-voice-ingress.js';
export {
  startPostgres,
  type StartPostgresOptions,
  type TestDatabase,
  type TestPostgres,
} from './postgres/test-postgres.js';
export * from './random/seeded-random.js';
export * from './server/start-server.js';
export * from './transport/memory-link.js';
export * from './transport/memory-transport.js';
export * from './wait/event-collector.js';
export * from './wait/wait-for.js';
