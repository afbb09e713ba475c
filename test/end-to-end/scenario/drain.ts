import { waitFor } from '@sidetone/testkit';
import { ChildProgram } from '../support/child-program.js';
import type { CrowdCalls, CrowdReport } from '../support/crowd-program.js';
import { wallTime } from '../support/hearing.js';
import { ImpairedOperation } from '../support/impaired-operation.js';
import type { Outage } from '../support/outage-record.js';

const CHANNELS = ['Command', 'Flight', 'Ground'] as const;

export interface Drain {
  /** From the order to stop until the server had ended. */
  readonly stopMs: number;
  readonly crowd: CrowdReport;
  /** Of a client with the SDK. */
  readonly outage: Outage | undefined;
  /** How many were in the next server's channels in the end. */
  readonly returned: number;
  readonly returnedWithinMs: number;
}

/** A server is stopped as for an update, and the next one takes its place. */
export async function drain(clients: number): Promise<Drain> {
  const operation = await ImpairedOperation.start({ drainTimeoutMs: 5_000 });
  const crowd = ChildProgram.start<CrowdCalls>('./crowd-program.ts');
  try {
    return await run(operation, crowd, clients);
  } finally {
    await crowd.stop();
    await operation.end();
  }
}

async function run(
  operation: ImpairedOperation,
  crowd: ChildProgram<CrowdCalls>,
  clients: number,
): Promise<Drain> {
  const { people, server } = operation;
  const url = operation.directUrl;
  await operation.person({ name: 'App', transport: 'websocket', channels: ['Command'], url });
  await crowd.call('gather', { url, count: clients, channels: CHANNELS });
  const replacement = await operation.prepareReplacement();
  const stoppedAt = wallTime();
  await server.call('stop');
  const stopMs = wallTime() - stoppedAt;
  await server.stop();
  operation.server = replacement;
  await replacement.call('start');
  let returned = 0;
  await waitFor(
    async () => {
      const roster = await replacement.call('roster');
      returned = roster.filter(({ channels }) => channels.length > 0).length;
      return returned === clients + 1 && (await crowd.call('away')) === 0;
    },
    { timeoutMs: 90_000, describe: () => `${returned} of ${clients + 1} are back` },
  );
  const [outage] = await people.call('outages', 'App');
  return {
    stopMs,
    crowd: await crowd.call('report'),
    outage,
    returned,
    returnedWithinMs: wallTime() - stoppedAt,
  };
}
