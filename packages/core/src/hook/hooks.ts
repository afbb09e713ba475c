import type {
  ChannelView,
  MembershipView,
  ParticipantView,
  StateEventName,
  StateEventPayload,
  TransmissionEndReason,
  TransmissionView,
  WireErrorCode,
} from '@sidetone/protocol';
import type { Actor } from '../contracts/audit-log.js';

/** A command as a guard sees it, before anything has been decided or changed. */
export interface GuardRequest {
  /** Name of the method, for instance `channel.join`. */
  readonly command: string;
  /** Already checked against the schema of the command. Credentials are taken out. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly actor: Actor;
  readonly organizationId: string;
}

export type GuardVerdict =
  | { readonly allow: true }
  | { readonly allow: false; readonly code: WireErrorCode; readonly message: string };

/**
 * May refuse a command, asynchronously. Has one second (an option of the server); one that throws
 * or does not answer in time refuses. It sees the state before its turn in the queue, so it must
 * not count on numbers: limits are checked again by core in the turn that commits.
 */
export type Guard = (request: GuardRequest) => GuardVerdict | Promise<GuardVerdict>;

/** What may be rewritten on its way out: the same for everybody who may see it. */
export interface EntityViews {
  channel: ChannelView;
  participant: ParticipantView;
  membership: MembershipView;
}
export type EntityName = keyof EntityViews;

/**
 * Rewrites a view before it is encoded: synchronous, pure, the same answer for the same view. One
 * that throws, changes an id, or leaves the schema is skipped and logged. It cannot hide anything:
 * visibility is the access policy's.
 */
export type Transform<E extends EntityName> = (view: EntityViews[E]) => EntityViews[E];

/** Of several together observers are told one by one; what a session may do is its own affair. */
export type SingleEventName = Exclude<StateEventName, 'participantsAway' | 'permissionsChanged'>;

/** What has happened, for observers inside the process. */
export type Facts = {
  [E in SingleEventName]: StateEventPayload<E> & { readonly organizationId: string };
} & {
  sessionOpened: { organizationId: string; sessionId: string; userId: string; transport: string };
  /** Its connection has ended, and it waits for its client. */
  sessionDetached: { organizationId: string; sessionId: string; detail: string };
  /** A detached one has its client back. */
  sessionResumed: { organizationId: string; sessionId: string };
  sessionClosed: { organizationId: string; sessionId: string; detail: string };
  transmissionStarted: TransmissionView & { organizationId: string };
  transmissionEnded: {
    organizationId: string;
    id: string;
    sessionId: string;
    reason: TransmissionEndReason;
    frames: number;
  };
  keyRotated: { organizationId: string; routeId: string; epoch: number };
};
export type FactName = keyof Facts;

/** Is told afterwards and can delay or refuse nothing. A failure is logged and harms nobody. */
export type Observer<F extends FactName> = (fact: Facts[F]) => void | Promise<void>;

/** The hooks of all plugins, as core calls them. */
export interface Hooks {
  /** `null`: nobody refused. Never rejects. */
  refusal(request: GuardRequest): Promise<Extract<GuardVerdict, { allow: false }> | null>;
  view<E extends EntityName>(entity: E, view: EntityViews[E]): EntityViews[E];
  /** Never throws; observers run after the present turn. */
  tell<F extends FactName>(name: F, fact: Facts[F]): void;
}
