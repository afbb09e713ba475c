import { FREE_NET, isVoiceError, WireError } from '@sidetone/protocol';
import type { Channel } from '../channel/channel.js';
import {
  requirePermission,
  shownChannel,
  visibleChannel,
  type CommandContext,
  type Commands,
} from './command.js';
import { netChanged, netWith } from './net-change.js';

type ChannelCommands = Pick<
  Commands,
  'channel.create' | 'channel.update' | 'channel.move' | 'channel.delete'
>;

/** Changes of the tree. The store knows of each before anybody is told. */
export const channelCommands: ChannelCommands = {
  'channel.create': {
    cost: 2,
    audited: true,
    writes: true,
    secret: ['password'],
    prepare: (context, { parent, temporary, password }) => {
      requireCreate(context, parent, temporary ?? false);
      return hashed(context, password);
    },
    async run(context, { parent, name, topic, participantLimit, temporary, net }) {
      const { organization, world } = context;
      const id = context.newId();
      const made = organization.tree.get(id);
      // Asked for again, after an answer that a restart of the server has swallowed.
      if (made) return { channel: shownChannel(context, visibleChannel(context, id)) };
      const above = requireCreate(context, parent, temporary ?? false);
      requireLasting(above, temporary ?? false);
      organization.tree.checkAdd(parent, name, organization.record.channelLimit);
      const channel: Channel = {
        id,
        organizationId: organization.id,
        parentId: parent,
        name,
        topic: topic ?? '',
        position: organization.tree.nextPosition(parent),
        participantLimit: participantLimit ?? null,
        temporary: temporary ?? false,
        passwordHash: context.passwordHash ?? null,
        net: netWith(FREE_NET, net),
        version: 0,
        members: new Map(),
      };
      await world.channels.create(organization, channel);
      return { channel: shownChannel(context, channel) };
    },
  },

  'channel.update': {
    cost: 2,
    audited: true,
    writes: true,
    secret: ['password'],
    prepare: (context, { channel: id, password }) => {
      visibleChannel(context, id);
      requirePermission(context, 'EDIT_CHANNEL', { channelId: id });
      return hashed(context, password);
    },
    async run(context, { channel: id, ...changes }) {
      const { organization } = context;
      const channel = visibleChannel(context, id);
      requirePermission(context, 'EDIT_CHANNEL', { channelId: id });
      if (changes.name !== undefined) organization.tree.checkRename(channel, changes.name);
      const name = changes.name ?? channel.name;
      const topic = changes.topic ?? channel.topic;
      const participantLimit =
        changes.participantLimit === undefined
          ? channel.participantLimit
          : changes.participantLimit;
      const passwordHash =
        context.passwordHash === undefined ? channel.passwordHash : context.passwordHash;
      const net = netWith(channel.net, changes.net);
      await change(context, channel, { name, topic, participantLimit, passwordHash, net });
      netChanged(context, channel);
      return { channel: shownChannel(context, channel) };
    },
  },

  'channel.move': {
    cost: 2,
    audited: true,
    writes: true,
    async run(context, { channel: id, parent, position }) {
      const { organization } = context;
      const channel = visibleChannel(context, id);
      requirePermission(context, 'EDIT_CHANNEL', { channelId: id });
      // Under what the caller is shown it hangs already, though something hidden may be between.
      const stays = shownChannel(context, channel).parent === parent;
      const parentId = stays ? channel.parentId : parent;
      if (!stays) {
        const above = requireCreate(context, parent, channel.temporary);
        requireLasting(above, channel.temporary);
      }
      organization.tree.checkMove(channel, parentId);
      await change(context, channel, { parentId, position });
      tellMoved(context, channel, 'channelMoved');
      return { channel: shownChannel(context, channel) };
    },
  },

  'channel.delete': {
    cost: 2,
    audited: true,
    writes: true,
    async run(context, { channel: id }) {
      const channel = visibleChannel(context, id);
      // Nobody deletes along with it what is kept from them: hidden channels below it refuse, too.
      for (const below of context.organization.tree.subtree(id)) {
        requirePermission(context, 'DELETE_CHANNEL', { channelId: below.id });
      }
      await context.world.channels.forget(channel);
      removeSubtree(context, id);
      return {};
    },
  },
};

/** The parent, if the caller may make a channel there. Throws `WireError` NOT_FOUND, ACCESS_DENIED. */
function requireCreate(
  context: CommandContext,
  parent: string | null,
  temporary: boolean,
): Channel | null {
  const above = parent === null ? null : visibleChannel(context, parent);
  const permission = temporary ? 'CREATE_TEMPORARY' : 'CREATE_CHANNEL';
  requirePermission(context, permission, parent === null ? {} : { channelId: parent });
  return above;
}

/** Not in the turn, and not while other writes wait: a hash takes as long as it is worth. */
async function hashed(
  context: CommandContext,
  password: string | null | undefined,
): Promise<CommandContext> {
  if (typeof password !== 'string') return { ...context, passwordHash: password };
  return { ...context, passwordHash: await context.world.passwords.hash(password) };
}

/** It hangs elsewhere: policy, who sees it, who hears what is shouted from above. */
function tellMoved(
  { world, organization }: CommandContext,
  channel: Channel,
  event: 'channelMoved' | 'channelUpdated',
): void {
  world.directory.treeChanged('moved', channel);
  world.publisher.channelChanged(organization, channel, event);
  world.rights.moved(organization, channel);
}

/** What is kept must not hang below what a restart does not bring back. */
function requireLasting(parent: Channel | null, temporary: boolean): void {
  if (parent?.temporary !== true || temporary) return;
  throw new WireError('INVALID_PARAMS', `only temporary channels can be below "${parent.name}"`, {
    details: { path: '/parent' },
  });
}

type Place = Pick<
  Channel,
  'name' | 'topic' | 'participantLimit' | 'parentId' | 'position' | 'net' | 'passwordHash'
>;

/** Writes the changed record first; the channel stays as it was where the store refuses. */
export async function change(
  context: CommandContext,
  channel: Channel,
  changes: Partial<Place>,
): Promise<void> {
  const { organization } = context;
  const version = await persistChange(context, channel, changes);
  // A temporary channel may have gone with its last participant meanwhile.
  if (organization.tree.get(channel.id) !== channel) {
    throw new WireError('NOT_FOUND', `there is no channel "${channel.id}" any more`);
  }
  Object.assign(channel, changes, { version });
}

async function persistChange(
  context: CommandContext,
  channel: Channel,
  changes: Partial<Place>,
): Promise<number> {
  try {
    return await context.world.channels.persist({ ...channel, ...changes });
  } catch (error) {
    if (isVoiceError(error) && error.code === 'ERR_STORE_VERSION') await catchUp(context, channel);
    throw error;
  }
}

/** Takes over what is kept: another server has changed it, or a write of ours went unanswered. */
async function catchUp(context: CommandContext, channel: Channel): Promise<void> {
  const { world, organization } = context;
  const kept = await world.channels.kept(channel);
  if (organization.tree.get(channel.id) !== channel) return;
  if (!kept) return removeSubtree(context, channel.id);
  // A parent that only another server knows: the channel stays where it is seen here.
  const known = kept.parentId === null || organization.tree.get(kept.parentId) !== undefined;
  Object.assign(channel, kept, known ? {} : { parentId: channel.parentId });
  tellMoved(context, channel, 'channelUpdated');
  world.patches.netChanged(organization, channel.id);
}

/** Takes the channel and all below it out of the tree, in one turn; the store has forgotten them. */
function removeSubtree(context: CommandContext, id: string): void {
  const { world, organization } = context;
  for (const channel of [...organization.tree.subtree(id)].reverse()) {
    evict(context, channel);
    world.channels.remove(organization, channel);
  }
}

function evict({ world, organization }: CommandContext, channel: Channel): void {
  for (const sessionId of [...channel.members.keys()]) {
    const member = organization.sessions.get(sessionId);
    if (member) world.sessions.leave(organization, member, channel, 'channelDeleted');
  }
}
