import { waitFor } from '@sidetone/testkit';
import { wallTime } from '../support/hearing.js';
import { ImpairedOperation } from '../support/impaired-operation.js';
import type { Outage } from '../support/outage-record.js';

/** Longer than a server may take to notice, so that who comes back still finds its session. */
const RESUME_TIMEOUT_MS = 6_000;
const PATIENCE_MS = 20_000;

export interface HalfOpen {
  /** Connections that went half-open. */
  readonly struck: number;
  /** From the moment that nothing came through any more. */
  readonly serverNoticedMs: number;
  readonly clientsNoticedMs: readonly number[];
  /** Until the server had no socket of them. */
  readonly socketsGoneMs: number;
  /** From the first news that it is away to its end, for one who stays away. */
  readonly detachedMs: number;
  readonly returned: Outage | undefined;
  /** What a witness was told of the two, in order. */
  readonly told: readonly string[];
  readonly rosterAfter: readonly string[];
}

/** Two connections go half-open; one client finds a way back in time, the other one never does. */
export async function halfOpen(): Promise<HalfOpen> {
  const operation = await ImpairedOperation.start({ resumeTimeoutMs: RESUME_TIMEOUT_MS });
  try {
    return await run(operation);
  } finally {
    await operation.end();
  }
}

async function run(operation: ImpairedOperation): Promise<HalfOpen> {
  const { people, server, control } = operation;
  const other = await operation.anotherNetwork();
  const channels = ['Command'];
  const transport = 'websocket';
  const direct = operation.directUrl;
  await operation.person({ name: 'Witness', transport, channels, url: direct });
  const socketsBefore = await server.call('sockets');
  const otherUrl = `http://127.0.0.1:${other.port}`;
  await operation.person({ name: 'Gone', transport, channels, staysAway: true });
  await operation.person({ name: 'Back', transport, channels, url: otherUrl });

  const startedAt = wallTime();
  for (const network of [control, other]) {
    network.halfOpen();
    network.block();
  }
  const cutOff = async (): Promise<number> =>
    (await server.call('roster')).filter(({ away }) => away).length;
  const noticed = async (name: string): Promise<boolean> =>
    (await people.call('state', name)).status !== 'connected';
  const [awayAt, socketsGoneAt, ...noticedAt] = await Promise.all([
    whenTrue(async () => (await cutOff()) === 2, 'the server did not notice'),
    whenTrue(
      async () => (await server.call('sockets')) === socketsBefore,
      'the server has sockets left over',
    ),
    whenTrue(() => noticed('Gone'), 'Gone did not notice'),
    whenTrue(() => noticed('Back'), 'Back did not notice'),
  ]);
  other.heal();
  await waitFor(async () => (await people.call('state', 'Back')).status === 'connected', {
    timeoutMs: PATIENCE_MS,
  });
  const [returned] = await people.call('outages', 'Back');
  const leftAt = await whenTrue(
    async () => (await server.call('roster')).every(({ name }) => name !== 'Gone'),
    'the session of who never came back is still there',
  );
  await waitFor(async () => (await toldOf(operation, 'Gone')).length === 2);
  return {
    struck: control.connectionStatistics().halfOpen + other.connectionStatistics().halfOpen,
    serverNoticedMs: awayAt - startedAt,
    clientsNoticedMs: noticedAt.map((at) => at - startedAt),
    socketsGoneMs: socketsGoneAt - startedAt,
    detachedMs: leftAt - awayAt,
    returned,
    told: [...(await toldOf(operation, 'Gone')), ...(await toldOf(operation, 'Back'))],
    rosterAfter: (await server.call('roster')).map(
      ({ name, away }) => `${name}${away ? ' away' : ''}`,
    ),
  };
}

async function toldOf({ people }: ImpairedOperation, name: string): Promise<readonly string[]> {
  const journal = await people.call('journal', 'Witness');
  return journal.filter(
    (line) => line.startsWith(`participantAway ${name}`) || line.includes(`Left ${name}`),
  );
}

/** Asked every few milliseconds, in an order of magnitude that does not matter to the figures. */
async function whenTrue(condition: () => Promise<boolean>, otherwise: string): Promise<number> {
  await waitFor(condition, { timeoutMs: PATIENCE_MS, describe: () => otherwise });
  return wallTime();
}
