import { Priorities, type NetPolicy, type PriorityClass } from '@sidetone/protocol';
import type { Roster } from './roster.js';
import { strictestNet } from './strictest-net.js';

/** The channel and those that a patch joins with it. */
export function patchedWith(roster: Roster, channelId: string): readonly string[] {
  return roster.patchOf(channelId)?.channels ?? [channelId];
}

/** What holds on the channel now, all nets that it is patched with included. */
export function netOf(roster: Roster, channelId: string): NetPolicy {
  const channels = patchedWith(roster, channelId);
  return strictestNet(channels.map((id) => roster.net(id)));
}

/**
 * Whether the stance of the net lets the talker talk in the class asked for: who asks for background
 * talk counts as that, anybody else as the highest class that they have there.
 */
export function passesStance(
  { minTalkPriority }: NetPolicy,
  roster: Roster,
  { sessionId, channelId, asked }: StanceQuestion,
): boolean {
  if (minTalkPriority === Priorities.background) return true;
  if (asked === Priorities.background) return false;
  const membership = roster.members(channelId).get(sessionId);
  const highest = membership?.maxPriority ?? highestGranted(roster, sessionId, channelId);
  return highest >= minTalkPriority;
}

export interface StanceQuestion {
  readonly sessionId: string;
  readonly channelId: string;
  readonly asked: PriorityClass;
}

/** By rights alone, at a channel or in the organization. */
export function highestGranted(
  roster: Roster,
  sessionId: string,
  channelId: string | undefined,
): PriorityClass {
  const scope = channelId === undefined ? {} : { channelId };
  if (roster.allows(sessionId, 'EMERGENCY', scope)) return Priorities.emergency;
  return roster.allows(sessionId, 'PRIORITY', scope) ? Priorities.priority : Priorities.normal;
}
