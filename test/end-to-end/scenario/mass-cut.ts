import { waitFor } from '@sidetone/testkit';
import { ChildProgram } from '../support/child-program.js';
import type { CrowdCalls, CrowdReport } from '../support/crowd-program.js';
import { wallTime, type Hearing } from '../support/hearing.js';
import { ImpairedOperation } from '../support/impaired-operation.js';
import { lasting } from '../support/lasting.js';

const TALKERS = ['Talker 1', 'Talker 2'] as const;
const LISTENERS = 8;
const CROWD_CHANNELS = Array.from({ length: 20 }, (_, index) => `Crowd ${index + 1}`);
/** Speech before and after the storm. */
const MARGIN_MS = 2_000;

export interface MassCutOptions {
  readonly clients: number;
  /** False for a quiet run of so many ms. */
  readonly quietMs?: number;
}

export interface MassCut {
  /** Sessions that the server saw cut off at once, at most. */
  readonly mostAway: number;
  /** From the cut until the last one was back, and until half of them were. */
  readonly allBackMs: number;
  readonly halfBackMs: number;
  readonly crowd: CrowdReport;
  /** Frames that those who stayed should have heard, and that they heard. */
  readonly said: number;
  readonly heard: number;
  readonly doubled: number;
  /** The longest time that any of them heard nothing. */
  readonly longestSilenceMs: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** A thousand lose their connections at one moment, while ten others talk and listen over UDP. */
export async function massCut(options: MassCutOptions): Promise<MassCut> {
  const channels = ['Command', ...CROWD_CHANNELS];
  const operation = await ImpairedOperation.start({ channels });
  const crowd = ChildProgram.start<CrowdCalls>('./crowd-program.ts');
  try {
    return await run(operation, crowd, options);
  } finally {
    await crowd.stop();
    await operation.end();
  }
}

async function run(
  operation: ImpairedOperation,
  crowd: ChildProgram<CrowdCalls>,
  { clients, quietMs }: MassCutOptions,
): Promise<MassCut> {
  const { people, server } = operation;
  const url = operation.directUrl;
  await crowd.call('gather', { url, count: clients, channels: CROWD_CHANNELS });
  const listeners = Array.from({ length: LISTENERS }, (_, index) => `Listener ${index + 1}`);
  for (const name of [...TALKERS, ...listeners]) {
    await operation.person({ name, transport: 'udp', channels: ['Command'], url });
  }
  for (const name of TALKERS) {
    const talkspurtFrames = 50 * 300;
    await people.call('talk', { name, channels: ['Command'], speaker: 'delta', talkspurtFrames });
  }
  await lasting(MARGIN_MS);
  const cutAt = wallTime();
  let mostAway = 0;
  if (quietMs === undefined) {
    await crowd.call('cut');
    await waitFor(
      async () => {
        const away = (await server.call('roster')).filter((entry) => entry.away).length;
        mostAway = Math.max(mostAway, away);
        await lasting(100);
        return mostAway > 0 && away === 0 && (await crowd.call('away')) === 0;
      },
      { timeoutMs: 240_000, describe: () => `the server saw ${mostAway} away at most` },
    );
  } else await lasting(quietMs);
  await lasting(MARGIN_MS);

  let said = 0;
  for (const name of TALKERS) said += await people.call('hush', name);
  await lasting(MARGIN_MS);
  const heard: Hearing[] = [];
  for (const name of listeners) heard.push(...(await people.call('heard', name)));
  const report = await crowd.call('report');
  const times = report.outages
    .map(({ backAt }) => (backAt ?? Infinity) - cutAt)
    .sort((a, b) => a - b);
  return {
    mostAway,
    allBackMs: times.at(-1) ?? 0,
    halfBackMs: times[times.length >> 1] ?? 0,
    crowd: report,
    said: said * LISTENERS,
    heard: heard.reduce((sum, { frames }) => sum + frames, 0),
    doubled: heard.reduce((sum, { doubled }) => sum + doubled, 0),
    longestSilenceMs: Math.max(...heard.map(({ silences }) => silences[0]?.ms ?? 0)),
    metrics: await server.call('metrics'),
  };
}
