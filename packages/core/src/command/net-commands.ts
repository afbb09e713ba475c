import type { NetPolicy } from '@sidetone/protocol';
import { channelView, type Channel } from '../channel/channel.js';
import { change } from './channel-commands.js';
import {
  requirePermission,
  visibleChannel,
  type CommandContext,
  type Commands,
} from './command.js';

type NetCommands = Pick<Commands, 'channel.setStance'>;

/** How people talk on a channel. */
export const netCommands: NetCommands = {
  'channel.setStance': {
    cost: 1,
    audited: true,
    writes: true,
    async run(context, { channel: id, minTalkPriority }) {
      const channel = visibleChannel(context, id);
      requirePermission(context, 'SET_STANCE', { channelId: id });
      if (channel.net.minTalkPriority !== minTalkPriority) {
        await changeNet(context, channel, { minTalkPriority });
      }
      return { channel: channelView(channel, context.session?.seenChannels.get(id)) };
    },
  },
};

/** Keeps it, and applies it to who talks already before anybody is told. */
async function changeNet(
  context: CommandContext,
  channel: Channel,
  changes: Partial<NetPolicy>,
): Promise<void> {
  await change(context, channel, { net: { ...channel.net, ...changes } });
  netChanged(context, channel);
}

/** The channel has another net: in the turn that made it so. */
export function netChanged({ world, organization }: CommandContext, channel: Channel): void {
  world.plane.changed({ channelId: channel.id });
  world.publisher.channelChanged(organization, channel, 'channelUpdated');
  world.patches.netChanged(organization, channel.id);
}
