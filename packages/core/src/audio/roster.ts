import type { NetPolicy, Permission, PriorityClass } from '@sidetone/protocol';
import type { AccessScope } from '../contracts/access-policy.js';
import type { SessionOutlet } from '../session/session-outlet.js';

export interface RosterSession {
  readonly id: string;
  /** Names it in compiled routes and to voice transports. */
  readonly handle: number;
  readonly userId: string;
  readonly organizationId: string;
  /** `detached`: its control connection is cut, and it may come back. */
  readonly status: 'active' | 'detached' | 'closed';
  /** By itself, on all nets. */
  readonly muted: boolean;
  readonly deafened: boolean;
  readonly outlet: SessionOutlet;
}

export interface RosterMembership {
  readonly listening: boolean;
  readonly selected: boolean;
  /** Grows with each join of the session; the lower one was joined earlier. */
  readonly joinOrder: number;
  readonly maxPriority: PriorityClass;
  readonly muted: boolean;
  readonly deafened: boolean;
  readonly mutedByModerator: boolean;
  readonly deafenedByModerator: boolean;
}

/** Nets that are joined for a while. */
export interface RosterPatch {
  readonly id: string;
  /** At least two. */
  readonly channels: readonly string[];
}

/**
 * What the voice plane may know of organizations, sessions, channels and memberships. Synchronous
 * and always current: whoever changes the state tells the plane in the same turn.
 */
export interface Roster {
  session(sessionId: string): RosterSession | undefined;
  sessionsOfUser(organizationId: string, userId: string): readonly RosterSession[];
  /** Memberships of a channel by session id; empty for an unknown channel. */
  members(channelId: string): ReadonlyMap<string, RosterMembership>;
  /** The channel and all below it; empty for an unknown channel. */
  subtree(channelId: string): readonly string[];
  /** The channel's own; that of a free net for an unknown channel. */
  net(channelId: string): NetPolicy;
  patchOf(channelId: string): RosterPatch | undefined;
  /** Ids of the channels that the session has joined. */
  channelsOf(sessionId: string): readonly string[];
  /** Whether a session may know of another one. Always of itself and of who shares a channel. */
  sees(sessionId: string, otherId: string): boolean;
  allows(sessionId: string, permission: Permission, scope: AccessScope): boolean;
}
