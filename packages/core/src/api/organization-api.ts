import {
  createValidator,
  methods,
  Name,
  WireError,
  type ChannelView,
  type MembershipView,
  type MethodParams,
  type MethodResult,
  type ParticipantView,
} from '@sidetone/protocol';
import { channelView } from '../channel/channel.js';
import type { CommandName } from '../command/command.js';
import type { CommandPipeline } from '../command/command-pipeline.js';
import type { AuditEntry } from '../contracts/audit-log.js';
import { createAccessApi, type AccessApi } from './access-api.js';
import { createAudited } from './audited.js';
import { createBansApi, type BansApi } from './bans-api.js';
import { createInvitesApi, type InvitesApi } from './invites-api.js';
import { createMembersApi, type MembersApi } from './members-api.js';
import { createPatchesApi, type PatchesApi } from './patches-api.js';
import { requireShape } from './require-shape.js';
import { openInProcessSession } from '../domain/in-process-session.js';
import type { World } from '../domain/world.js';
import { openMediaPort, type MediaPort, type MediaPortOptions } from '../media-port/media-port.js';
import type { Organization } from '../organization/organization.js';
import { ownMembershipView } from '../session/membership.js';
import { participantView } from '../session/session.js';

type Draft = Omit<MethodParams<'channel.create'>, 'parent' | 'key'> & {
  readonly parent?: string | null;
};

/** Channels of one organization, by id. Changes reject with `WireError`, as a client is answered. */
export interface ChannelsApi {
  list(): readonly ChannelView[];
  get(channelId: string): ChannelView | undefined;
  /** By name, without regard to case; `undefined` too where several have it. */
  find(name: string): ChannelView | undefined;
  create(draft: Draft): Promise<ChannelView>;
  update(
    channelId: string,
    changes: Omit<MethodParams<'channel.update'>, 'channel' | 'key'>,
  ): Promise<ChannelView>;
  move(
    channelId: string,
    to: Omit<MethodParams<'channel.move'>, 'channel' | 'key'>,
  ): Promise<ChannelView>;
  /** How free talk is there: 0 to 3, as in `NetPolicy.minTalkPriority`. */
  setStance(channelId: string, minTalkPriority: number): Promise<ChannelView>;
  /** With all below it; its members leave with the reason `channelDeleted`. */
  delete(channelId: string): Promise<void>;
}

export interface ParticipantDetails extends ParticipantView {
  /** By channel id. */
  readonly memberships: ReadonlyMap<string, MembershipView>;
}

/** Participants of one organization, by session id. */
export interface ParticipantsApi {
  list(): readonly ParticipantDetails[];
  get(sessionId: string): ParticipantDetails | undefined;
  move(sessionId: string, from: string, to: string): Promise<void>;
  mute(sessionId: string, channelId: string, muted: boolean): Promise<void>;
  deafen(sessionId: string, channelId: string, deafened: boolean): Promise<void>;
  /** Ends the session; the client is told the reason and does not come back by itself. */
  kick(sessionId: string, reason?: string): Promise<void>;
  /** As `participant.ban`; `bans` of the organization takes users who are not here. */
  ban(
    sessionId: string,
    options?: Omit<MethodParams<'participant.ban'>, 'session' | 'key'>,
  ): Promise<void>;
}

/** What the embedding program can do within one organization. Every change is audited. */
export interface OrganizationApi {
  readonly id: string;
  readonly name: string;
  readonly channels: ChannelsApi;
  readonly participants: ParticipantsApi;
  readonly patches: PatchesApi;
  readonly access: AccessApi;
  readonly members: MembersApi;
  readonly bans: BansApi;
  readonly invites: InvitesApi;
  /**
   * Adds a participant inside the process: a bot, a recorder, a gateway. Throws `WireError`
   * INVALID_PARAMS for a name that no client could show, and SERVER_FULL.
   */
  openMediaPort(options: MediaPortOptions & { readonly displayName: string }): MediaPort;
  /** The same under another name in the audit log, for instance that of an administrator. */
  as(actorName: string): OrganizationApi;
  /** Newest first. */
  audit(limit?: number): Promise<readonly AuditEntry[]>;
}

export function createOrganizationApi(
  world: World,
  pipeline: CommandPipeline,
  organization: Organization,
  actorName = 'program',
): OrganizationApi {
  const run = <M extends CommandName>(
    method: M,
    params: MethodParams<M>,
  ): Promise<MethodResult<M>> => {
    const actor = { kind: 'program', name: actorName } as const;
    return checked(method, params).then((valid) =>
      pipeline.execute({ organization, actor, session: null }, method, valid),
    );
  };
  const audited = createAudited(world.dependencies, actorName);
  return {
    id: organization.id,
    get name() {
      return organization.name;
    },
    channels: channelsApi(organization, run),
    participants: participantsApi(organization, run),
    patches: createPatchesApi(organization, run),
    access: createAccessApi(world, organization),
    members: createMembersApi(world, organization, audited),
    bans: createBansApi(world, organization, audited, actorName),
    invites: createInvitesApi(world, organization, audited, actorName),
    openMediaPort: (options) => {
      const { displayName } = options;
      requireShape({ displayName: Name }, { displayName });
      const { plane, inProcess, dependencies } = world;
      const session = { displayName, actor: actorName };
      return openMediaPort(
        {
          clock: dependencies.clock,
          transport: inProcess,
          ingress: plane,
          openSession: (outlet) =>
            openInProcessSession(world, pipeline, organization, session, outlet),
        },
        options,
      );
    },
    as: (name) => createOrganizationApi(world, pipeline, organization, name),
    audit: (limit = 100) => world.dependencies.auditLog.list(organization.id, limit),
  };
}

type Run = <M extends CommandName>(method: M, params: MethodParams<M>) => Promise<MethodResult<M>>;

/** Programs in plain JavaScript get the same answer to a wrong shape as clients do. */
async function checked<M extends CommandName>(
  method: M,
  params: MethodParams<M>,
): Promise<MethodParams<M>> {
  const validation = createValidator(methods[method].params).validate(params);
  if (validation.ok) return params;
  const { path, message } = validation;
  throw new WireError('INVALID_PARAMS', `${method}: "${path}" ${message}`, { details: { path } });
}

function channelsApi(organization: Organization, run: Run): ChannelsApi {
  const view = (idOrName: string): ChannelView | undefined => {
    const channel = organization.findChannel(idOrName);
    return channel && channelView(channel);
  };
  return {
    list: () => Array.from(organization.tree.all(), (channel) => channelView(channel)),
    get: (id) => (organization.tree.get(id) ? view(id) : undefined),
    find: view,
    create: async ({ parent = null, ...draft }) =>
      (await run('channel.create', { parent, ...draft })).channel,
    update: async (channel, changes) =>
      (await run('channel.update', { channel, ...changes })).channel,
    move: async (channel, to) => (await run('channel.move', { channel, ...to })).channel,
    setStance: async (channel, minTalkPriority) =>
      (await run('channel.setStance', { channel, minTalkPriority })).channel,
    delete: async (channel) => {
      await run('channel.delete', { channel });
    },
  };
}

function participantsApi(organization: Organization, run: Run): ParticipantsApi {
  const get = (sessionId: string): ParticipantDetails | undefined => {
    const session = organization.sessions.get(sessionId);
    if (!session) return undefined;
    const memberships = [...session.memberships].map(
      ([channelId, membership]) => [channelId, ownMembershipView(membership)] as const,
    );
    return { ...participantView(session), memberships: new Map(memberships) };
  };
  return {
    get,
    list: () => [...organization.sessions.keys()].flatMap((id) => get(id) ?? []),
    move: async (session, from, to) => {
      await run('participant.move', { session, from, to });
    },
    mute: async (session, channel, muted) => {
      await run('participant.mute', { session, channel, muted });
    },
    deafen: async (session, channel, deafened) => {
      await run('participant.deafen', { session, channel, deafened });
    },
    kick: async (session, reason) => {
      await run('participant.kick', { session, ...(reason === undefined ? {} : { reason }) });
    },
    ban: async (session, options) => {
      await run('participant.ban', { session, ...options });
    },
  };
}
