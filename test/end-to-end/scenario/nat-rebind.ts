import { wallTime } from '../support/hearing.js';
import { lasting } from '../support/lasting.js';
import { longestSilenceMs, TwoConversations, type Conversation } from './two-conversations.js';

const PERIOD_MS = 5_000;

export interface NatRebind {
  /** Addresses that really changed, over all clients. */
  readonly addressesChanged: number;
  readonly still: Conversation;
  readonly roamer: Conversation;
  /** The longest silence after each rebind; without one, in each such span of the quiet run. */
  readonly talkerGapsMs: readonly number[];
  readonly listenerGapsMs: readonly number[];
  /** Paths that clients changed to meanwhile: none, if it is no more than an address. */
  readonly pathChanges: number;
  readonly serverMetrics: Readonly<Record<string, number>>;
}

/** A NAT gives talker and listener a new address every 5 s; `rebind` false leaves it alone. */
export async function natRebind(times: number, rebind = true): Promise<NatRebind> {
  return TwoConversations.run({}, async (conversations) => {
    const { operation } = conversations;
    const { people, udp, server } = operation;
    const changesBefore = await pathChanges(operation.people);
    let addressesChanged = 0;
    const moments: number[] = [];
    for (let time = 0; time < times; time += 1) {
      const before = udp.sourcePorts();
      moments.push(wallTime());
      if (rebind) await udp.rebind();
      for (const [client, port] of udp.sourcePorts()) {
        if (before.get(client) !== port) addressesChanged += 1;
      }
      await lasting(PERIOD_MS);
    }
    const { still, roamer } = await conversations.hush();
    const gapsOf = (conversation: Conversation): number[] =>
      moments.map((at) => longestSilenceMs(conversation, at, at + PERIOD_MS));
    return {
      addressesChanged,
      still,
      roamer,
      talkerGapsMs: gapsOf(still),
      listenerGapsMs: gapsOf(roamer),
      pathChanges: (await pathChanges(people)) - changesBefore,
      serverMetrics: await server.call('metrics'),
    };
  });
}

async function pathChanges(people: TwoConversations['operation']['people']): Promise<number> {
  const mover = await people.call('pathChanges', 'Mover');
  const roamer = await people.call('pathChanges', 'Roamer');
  return mover.length + roamer.length;
}
