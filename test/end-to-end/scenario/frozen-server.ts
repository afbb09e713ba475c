import { waitFor } from '@sidetone/testkit';
import { wallTime } from '../support/hearing.js';
import { ImpairedOperation } from '../support/impaired-operation.js';
import { lasting } from '../support/lasting.js';
import type { Outage } from '../support/outage-record.js';
import type { RosterEntry } from '../support/server-program.js';

const CUT_OFF = ['Ann', 'Bob', 'Cid'] as const;
const REFUSED_MS = 2_000;
const NOT_CUT_OFF = ['Dan', 'Eve', 'Fay'] as const;

export interface FrozenServer {
  /** How long it gave no answer. */
  readonly frozenMs: number;
  /** Connections that the network ended meanwhile. */
  readonly struck: number;
  /** Of the clients that were cut off, from `frozenAt` on. */
  readonly connectionsOpened: number;
  readonly outages: Readonly<Record<string, readonly Outage[]>>;
  readonly rosterBefore: readonly RosterEntry[];
  readonly rosterAfter: readonly RosterEntry[];
  /** Joins and leaves that one who was not cut off was told of. */
  readonly told: readonly string[];
}

/** The server stands still for a while, and half of its clients lose their network at first. */
export async function frozenServer(ms: number): Promise<FrozenServer> {
  const operation = await ImpairedOperation.start();
  try {
    return await run(operation, ms);
  } finally {
    operation.server.resume();
    await operation.end();
  }
}

async function run(operation: ImpairedOperation, ms: number): Promise<FrozenServer> {
  const { people, server, control } = operation;
  const url = operation.directUrl;
  const common = { transport: 'websocket', channels: ['Command', 'Flight'] } as const;
  for (const name of NOT_CUT_OFF) await operation.person({ name, ...common, url });
  for (const name of CUT_OFF) await operation.person({ name, ...common });
  await people.call('setMuted', { name: 'Ann', muted: true });
  const rosterBefore = await server.call('roster');
  const opened = (): number => {
    const { accepted, blocked } = control.connectionStatistics();
    return accepted + blocked;
  };
  const openedBefore = opened();
  await people.call('forgetJournal', 'Dan');

  await server.freeze();
  const frozenAt = wallTime();
  control.block();
  control.cut();
  const answer = server.call('roster');
  // Attempts fail at once for a while, and hang from then on: both must wait for their turn.
  await lasting(REFUSED_MS);
  control.heal();
  await lasting(ms - REFUSED_MS);
  server.resume();
  await answer;
  const frozenMs = wallTime() - frozenAt;
  await waitFor(
    async () =>
      (await people.call('connected')) && (await server.call('roster')).every(({ away }) => !away),
    { timeoutMs: 20_000, describe: () => 'somebody is not back' },
  );
  const outages = await Promise.all(
    [...CUT_OFF, ...NOT_CUT_OFF].map(
      async (name) => [name, await people.call('outages', name)] as const,
    ),
  );
  const journal = await people.call('journal', 'Dan');
  return {
    frozenMs,
    struck: control.connectionStatistics().cut,
    connectionsOpened: opened() - openedBefore,
    outages: Object.fromEntries(outages),
    rosterBefore,
    rosterAfter: await server.call('roster'),
    told: journal.filter((line) => /^(participant(Joined|Left)|membershipChanged)/.test(line)),
  };
}
