import type {
  Downlink,
  MethodResult,
  PriorityClass,
  RouteKeys,
  TalkTargetSpec,
  TransmissionView,
  VoiceOffer,
  VoiceReport,
} from '@sidetone/protocol';
import type { VoiceIngress } from '../contracts/voice-ingress.js';

export interface TalkRegistration {
  /** Of a target that was registered before a restart. Default a fresh one. */
  readonly id?: string;
  readonly sourceName: string;
  readonly target: TalkTargetSpec;
  readonly priority: PriorityClass;
}

/** A target as it was answered, and as it could be asked for again. */
export interface RegisteredTarget extends MethodResult<'talk.register'> {
  readonly spec: TalkTargetSpec;
  readonly priority: PriorityClass;
}

/** Where flags or rights have changed. */
export interface VoiceChange {
  readonly sessionId?: string;
  readonly channelId?: string;
  readonly organizationId?: string;
}

/**
 * The voice plane as the control side drives it. Every change of state is told in the turn that
 * makes it, after the `Roster` shows it; compiled routes are current when the call returns.
 */
export interface VoicePlanePort extends VoiceIngress {
  /** Begins the voice life of a session that the roster already has. */
  openSession(sessionId: string): readonly VoiceOffer[];
  /** What `openSession` answered: a session that is resumed keeps its ways. */
  offers(sessionId: string): readonly VoiceOffer[];
  /** Tells the session where its voice goes now: it was not told while it was detached. */
  repeatDownlink(sessionId: string): void;
  /** Called while the roster still has the session; its memberships are gone already. */
  closeSession(sessionId: string): void;
  openChannel(organizationId: string, channelId: string): void;
  closeChannel(channelId: string): void;
  joined(sessionId: string, channelId: string): void;
  /** Forwarding to the session has stopped when it returns; keys rotate soon after. */
  left(sessionId: string, channelId: string): void;
  /**
   * Flags or rights have changed: of one session, of one channel, of one organization, or (none of
   * them) of all. The session's also where others see it, or it sees others, as they did not before.
   */
  changed(scope: VoiceChange): void;
  /** A patch that joins these channels, or some of them, has begun, changed or ended. */
  patched(channelIds: readonly string[]): void;
  /** The live keys that the session is entitled to, of one route (`routeId` or `channelId`) or all. */
  keys(
    sessionId: string,
    of?: { readonly routeId: string } | { readonly channelId: string },
  ): Promise<readonly RouteKeys[]>;
  /** Throws `WireError`: NOT_FOUND, ACCESS_DENIED, LIMIT_EXCEEDED, SERVER_FULL. */
  register(sessionId: string, talk: TalkRegistration): Promise<MethodResult<'talk.register'>>;
  /** All that the session has registered, in that order. */
  targets(sessionId: string): readonly RegisteredTarget[];
  /** Throws `WireError` NOT_FOUND. */
  unregister(sessionId: string, targetId: string): void;
  /** Throws `WireError` NOT_FOUND for a transport that is not ready for the session. */
  setDownlink(sessionId: string, downlink: Downlink): void;
  /** How voice reaches the session, by its own account; aggregated for who it hears. */
  report(sessionId: string, report: VoiceReport): void;
  /** What is being said now on nets that the session hears or has joined. */
  transmissions(sessionId: string): readonly TransmissionView[];
  /** Stops timers and forgets keys. */
  close(): void;
}
