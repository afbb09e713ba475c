import { createSeededRandom, waitFor } from '@sidetone/testkit';
import type { Hearing } from '../support/hearing.js';
import { ImpairedOperation } from '../support/impaired-operation.js';
import { lasting } from '../support/lasting.js';
import { NumberedSteps } from '../support/numbered-steps.js';
import type { Outage } from '../support/outage-record.js';

const CUT_OFF = ['Talker', 'Listener', 'Observer'] as const;
const SEED = 11;

export interface CutControlOptions {
  /** Each strikes three clients that are all connected. */
  readonly cuts: number;
  /** These come whenever they like, in the middle of a resume too. */
  readonly wildCuts: number;
  /** How long it goes on without a cut, for a quiet run. */
  readonly quietMs?: number;
}

export interface CutControl {
  /** Connections that the network ended. */
  readonly struck: number;
  readonly outages: Readonly<Record<(typeof CUT_OFF)[number], readonly Outage[]>>;
  readonly sessions: { readonly before: readonly string[]; readonly after: readonly string[] };
  readonly expected: readonly string[];
  /** Of one who was never cut off, and of one who was each time. */
  readonly journals: { readonly quiet: readonly string[]; readonly cut: readonly string[] };
  readonly said: number;
  readonly heard: readonly Hearing[];
  readonly views: { readonly quiet: readonly string[]; readonly cut: readonly string[] };
}

/** Speech over UDP while the control connections of talker, listener and an observer are cut. */
export async function cutControl(options: CutControlOptions): Promise<CutControl> {
  const operation = await ImpairedOperation.start();
  try {
    return await run(operation, options);
  } finally {
    await operation.end();
  }
}

async function run(operation: ImpairedOperation, options: CutControlOptions): Promise<CutControl> {
  const before: string[] = [];
  for (const name of CUT_OFF) {
    const transport = name === 'Observer' ? 'websocket' : 'udp';
    const channels = name === 'Observer' ? ['Ground'] : ['Command'];
    before.push(await operation.person({ name, transport, channels }));
  }
  const url = operation.directUrl;
  await operation.person({ name: 'Quiet', transport: 'websocket', channels: ['Ground'], url });
  const actor = await NumberedSteps.connect(operation, 'Actor');
  try {
    return await cutWhileActing(operation, actor, before, options);
  } finally {
    await actor.close();
  }
}

async function cutWhileActing(
  { people, control }: ImpairedOperation,
  actor: NumberedSteps,
  before: readonly string[],
  { cuts, wildCuts, quietMs = 0 }: CutControlOptions,
): Promise<CutControl> {
  await waitFor(async () =>
    (await people.call('journal', 'Observer')).includes('participantJoined Actor'),
  );
  for (const name of ['Observer', 'Quiet']) await people.call('forgetJournal', name);
  await people.call('talk', { name: 'Talker', channels: ['Command'], speaker: 'alpha' });
  actor.start();
  await lasting(quietMs);

  const random = createSeededRandom(SEED);
  for (let cut = 1; cut <= cuts; cut += 1) {
    control.cut();
    await waitFor(async () => everybodyReturned(await people.call('returns'), cut), {
      timeoutMs: 20_000,
      describe: () => `somebody is not back after cut ${cut}`,
    });
    await lasting(60 * random.fraction());
  }
  const outages = {
    Talker: await people.call('outages', 'Talker'),
    Listener: await people.call('outages', 'Listener'),
    Observer: await people.call('outages', 'Observer'),
  };
  for (let cut = 0; cut < wildCuts; cut += 1) {
    control.cut();
    await lasting(5 + 60 * random.fraction());
  }
  await waitFor(() => people.call('connected'), { timeoutMs: 30_000 });

  const said = await people.call('hush', 'Talker');
  await actor.stop();
  const last = actor.expected.at(-1) ?? '';
  for (const name of ['Observer', 'Quiet']) {
    await waitFor(async () => (await people.call('journal', name)).includes(last), {
      describe: () => `the last step did not reach ${name}`,
    });
  }
  await waitFor(
    async () => {
      const [hearing] = await people.call('heard', 'Listener');
      return (hearing?.frames ?? 0) + (hearing?.missing ?? 0) >= said;
    },
    { timeoutMs: 3000 },
  ).catch(() => {});
  const views = {
    quiet: (await people.call('view', 'Quiet')).people,
    cut: (await people.call('view', 'Observer')).people,
  };
  return {
    struck: control.connectionStatistics().cut,
    outages,
    sessions: {
      before,
      after: await Promise.all(
        CUT_OFF.map(async (name) => (await people.call('view', name)).session),
      ),
    },
    expected: actor.expected,
    journals: {
      quiet: await people.call('journal', 'Quiet'),
      cut: await people.call('journal', 'Observer'),
    },
    said,
    heard: await people.call('heard', 'Listener'),
    views,
  };
}

function everybodyReturned(returns: readonly number[], times: number): boolean {
  // The last one is never cut off.
  return returns.slice(0, CUT_OFF.length).every((count) => count >= times);
}

/** From the moment a client noticed to the moment it was connected again. */
export function resumeTimesMs(outages: readonly Outage[]): readonly number[] {
  return outages.map(({ lostAt, backAt }) => (backAt ?? Infinity) - lostAt);
}
