import type { MethodParams, NetPolicy } from '@sidetone/protocol';
import type { Channel } from '../channel/channel.js';
import type { CommandContext } from './command.js';

type NetDraft = NonNullable<MethodParams<'channel.update'>['net']>;

/** One by one: unknown fields pass the schema, and the stance has a right of its own. */
export function netWith(net: NetPolicy, changes: NetDraft = {}): NetPolicy {
  const { floorMode = net.floorMode, replay = net.replay } = changes;
  const { maxTransmissionMs = net.maxTransmissionMs } = changes;
  return { floorMode, minTalkPriority: net.minTalkPriority, maxTransmissionMs, replay };
}

/** In the turn that gave the channel another net; takes effect on who talks before it is told. */
export function netChanged({ world, organization }: CommandContext, channel: Channel): void {
  world.plane.changed({ channelId: channel.id });
  world.publisher.channelChanged(organization, channel, 'channelUpdated');
  world.patches.netChanged(organization, channel.id);
}
