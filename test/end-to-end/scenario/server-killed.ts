import { waitFor } from '@sidetone/testkit';
import type { ChildProgram } from '../support/child-program.js';
import { wallTime, type Hearing } from '../support/hearing.js';
import { ImpairedOperation } from '../support/impaired-operation.js';
import { lasting } from '../support/lasting.js';
import type { Outage } from '../support/outage-record.js';
import type { PeopleCalls, View } from '../support/people-program.js';

const CHANNELS = ['Command', 'Flight', 'Ground'] as const;
const PATIENCE_MS = 60_000;

export interface ServerKilledOptions {
  /** Beyond a talker and a listener. */
  readonly clients: number;
  /** From the kill until the next server is told to start. */
  readonly downMs: number;
}

export interface ServerKilled {
  /** What ended the first process. */
  readonly signal: NodeJS.Signals | null;
  readonly processes: readonly number[];
  /** From the kill until the second server listened. */
  readonly outageMs: number;
  /** From then until a client was back in its channel, by client. */
  readonly backMs: readonly number[];
  readonly outages: readonly Outage[];
  /** As the listener saw it. */
  readonly viewBefore: View;
  readonly viewAfter: View;
  /** The same by the server's own account. */
  readonly rosterAfter: readonly string[];
  /** Whatever the listener was told of the organization since the kill, in order. */
  readonly told: readonly string[];
  /** Sessions that the listener heard, with what it heard of them. */
  readonly heard: readonly Hearing[];
  readonly sessions: { readonly before: string; readonly after: string };
}

/** The server dies without a word, and another one with an empty memory takes its place. */
export async function serverKilled(options: ServerKilledOptions): Promise<ServerKilled> {
  const operation = await ImpairedOperation.start();
  try {
    return await run(operation, options);
  } finally {
    await operation.end();
  }
}

async function run(
  operation: ImpairedOperation,
  { clients, downMs }: ServerKilledOptions,
): Promise<ServerKilled> {
  const { people, server } = operation;
  const url = operation.directUrl;
  const command = { channels: ['Command'], url } as const;
  const listener = { name: 'Listener', transport: 'udp' } as const;
  const talker = { name: 'Talker', transport: 'udp' } as const;
  await operation.person({ ...listener, channels: ['Command'], url });
  const before = await operation.person({ ...talker, ...command });
  const crowd = await Promise.all(
    Array.from({ length: clients }, async (_, index) => {
      const name = `Crowd ${index + 1}`;
      const channels = [CHANNELS[index % CHANNELS.length] ?? 'Command'];
      await people.call('connect', { url, name, transport: 'websocket' });
      await people.call('join', { name, channels });
      return name;
    }),
  );
  await people.call('setMuted', { name: 'Crowd 1', muted: true });
  // Of this one nothing is left in a memory that is empty.
  await server.call('createChannel', 'Passing');
  await waitFor(async () => (await people.call('view', 'Listener')).channels.includes('Passing'));
  await people.call('talk', { name: 'Talker', channels: ['Command'], speaker: 'charlie' });
  await waitFor(async () => (await people.call('heard', 'Listener')).length === 1);
  const viewBefore = await people.call('view', 'Listener');

  const replacement = await operation.prepareReplacement();
  await people.call('forgetJournal', 'Listener');
  const killedAt = wallTime();
  const signal = await server.kill();
  await lasting(downMs);
  operation.server = replacement;
  await replacement.call('start');
  const listeningAt = wallTime();
  await everybodyBack(people, replacement, clients + 2);
  await waitFor(async () => (await people.call('heard', 'Listener')).length === 2, {
    timeoutMs: 15_000,
    describe: () => 'the talker is not heard again',
  });
  await lasting(500);
  await people.call('hush', 'Talker');
  const names = ['Listener', 'Talker', ...crowd];
  const outages = await Promise.all(names.map((name) => people.call('outages', name)));
  return {
    signal,
    processes: [server.pid, replacement.pid],
    outageMs: listeningAt - killedAt,
    backMs: outages.map((times) => (times.at(-1)?.backAt ?? Infinity) - listeningAt),
    outages: outages.flat(),
    viewBefore,
    viewAfter: await people.call('view', 'Listener'),
    rosterAfter: (await replacement.call('roster')).map(
      ({ name, away, channels }) => `${name}${away ? ' (away)' : ''}: ${channels.join(' ')}`,
    ),
    told: await people.call('journal', 'Listener'),
    heard: await people.call('heard', 'Listener'),
    sessions: { before, after: (await people.call('view', 'Talker')).session },
  };
}

async function everybodyBack(
  people: ChildProgram<PeopleCalls>,
  server: ImpairedOperation['server'],
  count: number,
): Promise<void> {
  let missing = count;
  await waitFor(
    async () => {
      const there = (await server.call('roster')).filter(({ channels }) => channels.length > 0);
      missing = count - there.length;
      return missing === 0 && (await people.call('connected'));
    },
    { timeoutMs: PATIENCE_MS, describe: () => `${missing} are not back in their channels` },
  );
}
