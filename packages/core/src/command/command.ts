import {
  WireError,
  type MethodName,
  type MethodParams,
  type MethodResult,
  type Permission,
} from '@sidetone/protocol';
import type { Channel } from '../channel/channel.js';
import type { AccessScope } from '../contracts/access-policy.js';
import type { Actor } from '../contracts/audit-log.js';
import type { World } from '../domain/world.js';
import type { Organization } from '../organization/organization.js';
import type { Session } from '../session/session.js';

/** Everything a session or the embedding program can ask for; its beginning comes before that. */
export type CommandName = Exclude<MethodName, 'session.authenticate' | 'session.resume'>;

export interface CommandContext {
  readonly world: World;
  readonly organization: Organization;
  readonly actor: Actor;
  /** `null`: the embedding program asks. */
  readonly session: Session | null;
  /** The id of what the command makes. */
  readonly newId: () => string;
}

export interface Command<M extends CommandName> {
  /** What it takes from the session's budget. */
  readonly cost: number;
  /** Whether it concerns more than the caller's own talk. */
  readonly audited: boolean;
  /** Writes to a store: one after another within the organization. */
  readonly writes?: boolean;
  /**
   * Checks rights and limits and makes the change, in one synchronous turn after the last `await`.
   * Throws `WireError` and has changed nothing then.
   */
  run(context: CommandContext, params: MethodParams<M>): MethodResult<M> | Promise<MethodResult<M>>;
  /**
   * The answer to a repeat of what has succeeded, where the first held secrets and is not kept.
   * Changes nothing. Throws `WireError`.
   */
  again?(context: CommandContext, params: MethodParams<M>): Promise<MethodResult<M>>;
}

export type Commands = { readonly [M in CommandName]: Command<M> };

/** Throws ACCESS_DENIED; the embedding program may do everything. */
export function requirePermission(
  { session }: CommandContext,
  permission: Permission,
  scope: AccessScope,
): void {
  if (session === null || session.access.allows(permission, scope)) return;
  throw new WireError('ACCESS_DENIED', `it needs the permission ${permission}`, {
    details: { permission },
  });
}

/** The channel, or NOT_FOUND: alike for one that is not there and one that may not be seen. */
export function visibleChannel(
  { organization, session }: CommandContext,
  channelId: string,
): Channel {
  const channel = organization.tree.get(channelId);
  if (channel && (session === null || session.seenChannels.has(channelId))) return channel;
  throw new WireError('NOT_FOUND', `there is no channel "${channelId}"`);
}

/** The participant, or NOT_FOUND: alike for one that is not there and one that may not be seen. */
export function visibleParticipant(
  { organization, session }: CommandContext,
  sessionId: string,
): Session {
  const participant = organization.sessions.get(sessionId);
  if (participant && (session === null || session.seenParticipants.has(sessionId))) {
    return participant;
  }
  throw new WireError('NOT_FOUND', `there is no participant "${sessionId}"`);
}

/**
 * For commands that make sense only for a participant. Its connection may be cut by the time that
 * the command has its turn: the answer is kept, and asked for again.
 */
export function requireSession({ session }: CommandContext): Session {
  if (session && session.status !== 'closed') return session;
  throw new WireError('NOT_AUTHENTICATED', 'it needs a session that has not ended');
}
