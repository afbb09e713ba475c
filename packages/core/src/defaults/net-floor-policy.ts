import type {
  FloorDecision,
  FloorHolder,
  FloorPolicy,
  FloorRequest,
  FloorState,
} from '../contracts/floor-policy.js';

/**
 * Does what the net says. Open: all talk side by side. Lockout: who comes while another talks is
 * refused, whatever the class. Priority: a higher class takes the floor from all lower ones. Nobody
 * is kept out by their own transmission.
 */
export class NetFloorPolicy implements FloorPolicy {
  start({ net, sessionId, priority, holders }: FloorRequest): FloorDecision {
    const others = holders.filter((holder) => holder.sessionId !== sessionId);
    if (net.floorMode === 'open' || others.length === 0) return { granted: true, preempt: [] };
    const stronger =
      net.floorMode === 'lockout'
        ? others[0]
        : others.find((holder) => holder.priority >= priority);
    return stronger === undefined
      ? { granted: true, preempt: others.map((holder) => holder.sessionId) }
      : { granted: false, code: 'NET_BUSY', holder: stronger.sessionId };
  }

  /** In lockout the earliest keeps the floor, in priority the earliest of the highest class. */
  settle({ net, holders }: FloorState): readonly string[] {
    if (net.floorMode === 'open') return [];
    const keeper = holders.reduce<FloorHolder | undefined>((best, holder) => {
      const better =
        best === undefined || (net.floorMode === 'priority' && holder.priority > best.priority);
      return better ? holder : best;
    }, undefined);
    return holders
      .map(({ sessionId }) => sessionId)
      .filter((sessionId) => sessionId !== keeper?.sessionId);
  }
}
