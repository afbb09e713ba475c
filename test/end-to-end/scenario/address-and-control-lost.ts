import { waitFor } from '@sidetone/testkit';
import { wallTime } from '../support/hearing.js';
import { lasting } from '../support/lasting.js';
import { TwoConversations, type Conversation } from './two-conversations.js';

/** As another network interface has another address. */
const NEW_HOST = '127.0.0.2';

export interface AddressAndControlLost {
  readonly connectionsCut: number;
  readonly datagramsCut: number;
  readonly addressesChanged: number;
  /** Wall time from the return of the network to the first frame, by who was cut off. */
  readonly talkerBackMs: number;
  readonly listenerBackMs: number;
  /** The same until the control connection was there again. */
  readonly controlBackMs: readonly number[];
  readonly sameSessions: boolean;
  readonly still: Conversation;
  readonly roamer: Conversation;
}

/** Everything is gone for a while, and then there is another address. */
export async function addressAndControlLost(
  outageMs: number,
  hint: boolean,
): Promise<AddressAndControlLost> {
  const server = { resumeTimeoutMs: outageMs + 60_000 };
  return TwoConversations.run({ server }, async (conversations) => {
    const { operation } = conversations;
    const { people, udp, control } = operation;
    const portsBefore = udp.sourcePorts();
    const sessionsBefore = await sessions(conversations);
    udp.cut();
    control.block();
    control.cut();
    await lasting(outageMs);
    const datagramsCut = udp.statistics('uplink').cut;
    await udp.rebind({ host: NEW_HOST });
    const portsAfter = udp.sourcePorts();
    const backAt = wallTime();
    udp.heal();
    control.heal();
    if (hint) {
      for (const name of ['Mover', 'Roamer']) await people.call('hintNetworkChanged', name);
    }
    await waitFor(
      async () => {
        const { still, roamer } = await conversations.now();
        const connected = await people.call('connected');
        return connected && still.lastAt > backAt && roamer.lastAt > backAt;
      },
      { timeoutMs: 60_000, describe: () => 'voice is not back' },
    );
    // Some more speech, so that a second copy or another gap would show.
    await lasting(1_000);
    const { still, roamer } = await conversations.hush();
    const outages = [
      ...(await people.call('outages', 'Mover')),
      ...(await people.call('outages', 'Roamer')),
    ];
    return {
      connectionsCut: control.connectionStatistics().cut,
      datagramsCut,
      addressesChanged: [...portsBefore].filter(([client, port]) => portsAfter.get(client) !== port)
        .length,
      talkerBackMs: firstAfter(still, backAt),
      listenerBackMs: firstAfter(roamer, backAt),
      controlBackMs: outages.map((outage) => (outage.backAt ?? Infinity) - backAt),
      sameSessions: (await sessions(conversations)).join() === sessionsBefore.join(),
      still,
      roamer,
    };
  });
}

async function sessions({ operation }: TwoConversations): Promise<readonly string[]> {
  const views = await Promise.all(
    ['Mover', 'Roamer'].map((name) => operation.people.call('view', name)),
  );
  return views.map(({ session }) => session);
}

/** The longest silence is the outage; it ended with the first frame. */
function firstAfter({ silences }: Conversation, at: number): number {
  const ended = silences.map(({ endedAt }) => endedAt).filter((endedAt) => endedAt > at);
  return Math.min(...ended) - at;
}
