import { FREE_NET, type FloorMode, type NetPolicy } from '@sidetone/protocol';

/** From the mode that lets most people talk to the one that lets fewest. */
const MODES: readonly FloorMode[] = ['open', 'priority', 'lockout'];

/** What holds on several nets together; of none, that everybody may talk. */
export function strictestNet(nets: readonly NetPolicy[]): NetPolicy {
  return nets.reduce(stricter, FREE_NET);
}

function stricter(a: NetPolicy, b: NetPolicy): NetPolicy {
  return {
    floorMode: MODES.indexOf(a.floorMode) > MODES.indexOf(b.floorMode) ? a.floorMode : b.floorMode,
    minTalkPriority: Math.max(a.minTalkPriority, b.minTalkPriority),
    maxTransmissionMs: shorter(a.maxTransmissionMs, b.maxTransmissionMs),
    replay: a.replay && b.replay,
  };
}

/** `null` is no limit. */
function shorter(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
