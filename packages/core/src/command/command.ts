import {
  WireError,
  type ChannelView,
  type MethodName,
  type MethodParams,
  type MethodResult,
  type Permission,
} from '@sidetone/protocol';
import { channelView, type Channel } from '../channel/channel.js';
import type { AccessScope } from '../contracts/access-policy.js';
import type { Actor } from '../contracts/audit-log.js';
import type { World } from '../domain/world.js';
import type { Organization } from '../organization/organization.js';
import { nearestSeen } from '../organization/visible.js';
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
  /** Of the password that a channel is to have; `null`: none; `undefined`: as it is. */
  readonly passwordHash?: string | null | undefined;
}

export interface Command<M extends CommandName> {
  /** What it takes from the session's budget. */
  readonly cost: number;
  /** Whether it concerns more than the caller's own talk. */
  readonly audited: boolean;
  /** Writes to a store: one after another within the organization. */
  readonly writes?: boolean;
  /** Fields of the params that are secrets: guards, the audit and the ledger see only that they came. */
  readonly secret?: readonly string[];
  /**
   * Slow work ahead of the turn and of the queue of writes. Checks rights first, and changes nothing.
   * Throws `WireError`.
   */
  prepare?(context: CommandContext, params: MethodParams<M>): Promise<CommandContext>;
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

/** As `requirePermission`, of what is done to a participant: nobody needs it for themselves. */
export function requireOver(
  context: CommandContext,
  permission: 'MUTE' | 'DEAFEN' | 'MOVE' | 'KICK',
  scope: AccessScope & { readonly sessionId: string },
): void {
  if (context.session?.id !== scope.sessionId) requirePermission(context, permission, scope);
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

/** The channel as the caller is shown it. */
export function shownChannel(
  { organization, session }: CommandContext,
  channel: Channel,
): ChannelView {
  const parent = session ? nearestSeen(organization, session, channel) : channel.parentId;
  return channelView(channel, parent);
}

/** The params as guards, the audit and the ledger may see them. */
export function withoutSecrets(
  { secret = [] }: { readonly secret?: readonly string[] },
  params: object,
): Record<string, unknown> {
  const shown: Record<string, unknown> = { ...params };
  for (const name of secret) if (typeof shown[name] === 'string') shown[name] = true;
  return shown;
}

/**
 * For commands that make sense only for a participant. Its connection may be cut by the time that
 * the command has its turn: the answer is kept, and asked for again.
 */
export function requireSession({ session }: CommandContext): Session {
  if (session && session.status !== 'closed') return session;
  throw new WireError('NOT_AUTHENTICATED', 'it needs a session that has not ended');
}
