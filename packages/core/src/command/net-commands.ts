import { change } from './channel-commands.js';
import { requirePermission, shownChannel, visibleChannel, type Commands } from './command.js';
import { netChanged } from './net-change.js';

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
        await change(context, channel, { net: { ...channel.net, minTalkPriority } });
        netChanged(context, channel);
      }
      return { channel: shownChannel(context, channel) };
    },
  },
};
