import { waitFor } from '@sidetone/testkit';
import { ChildProgram } from '../support/child-program.js';
import type { CrowdCalls, CrowdReport } from '../support/crowd-program.js';
import { wallTime, type Hearing } from '../support/hearing.js';
import { ImpairedOperation } from '../support/impaired-operation.js';
import { lasting } from '../support/lasting.js';

const TALKERS = ['Talker 1', 'Talker 2'] as const;
const LISTENERS = Array.from({ length: 8 }, (_, index) => `Listener ${index + 1}`);
const CROWD_CHANNELS = Array.from({ length: 20 }, (_, index) => `Crowd ${index + 1}`);
/** Speech before and after the storm. */
const MARGIN_MS = 2_000;

export interface VoiceOfThoseWhoStayed {
  /** Frames that they should have heard, and that they heard. */
  readonly said: number;
  readonly heard: number;
  readonly doubled: number;
  /** The longest time that any of them heard nothing. */
  readonly longestSilenceMs: number;
}

export interface MassCut {
  /** Sessions that the server saw cut off at once, at most. */
  readonly mostAway: number;
  /** From the cut until the last one was back, and until half of them were. */
  readonly allBackMs: number;
  readonly halfBackMs: number;
  readonly crowd: CrowdReport;
  readonly quiet: VoiceOfThoseWhoStayed;
  readonly storm: VoiceOfThoseWhoStayed;
  /** Seconds of processor time that server and crowd took from the cut to the end. */
  readonly cpuSeconds: { readonly server: number; readonly crowd: number };
}

/** So many lose their connections at one moment, while ten others talk and listen over UDP. */
export async function massCut(clients: number, quietMs: number): Promise<MassCut> {
  const channels = ['Command', ...CROWD_CHANNELS];
  const operation = await ImpairedOperation.start({ channels });
  const crowd = ChildProgram.start<CrowdCalls>('./crowd-program.ts');
  try {
    const url = operation.directUrl;
    await crowd.call('gather', { url, count: clients, channels: CROWD_CHANNELS });
    for (const name of [...TALKERS, ...LISTENERS]) {
      await operation.person({ name, transport: 'udp', channels: ['Command'], url });
    }
    return await run(operation, crowd, quietMs);
  } finally {
    await crowd.stop();
    await operation.end();
  }
}

async function run(
  operation: ImpairedOperation,
  crowd: ChildProgram<CrowdCalls>,
  quietMs: number,
): Promise<MassCut> {
  const { server } = operation;
  const quiet = await withSpeech(operation, () => lasting(quietMs));
  const cpu = async (): Promise<MassCut['cpuSeconds']> => ({
    server: await server.call('cpuSeconds'),
    crowd: await crowd.call('cpuSeconds'),
  });
  const cpuBefore = await cpu();
  let cutAt = 0;
  let mostAway = 0;
  const storm = await withSpeech(operation, async () => {
    cutAt = wallTime();
    await crowd.call('cut');
    await waitFor(
      async () => {
        const away = (await server.call('roster')).filter((entry) => entry.away).length;
        mostAway = Math.max(mostAway, away);
        await lasting(200);
        return mostAway > 0 && away === 0 && (await crowd.call('away')) === 0;
      },
      { timeoutMs: 300_000, describe: () => `the server saw ${mostAway} away at most` },
    );
  });
  const cpuAfter = await cpu();
  const report = await crowd.call('report');
  const times = report.outages
    .map(({ backAt }) => (backAt ?? Infinity) - cutAt)
    .sort((a, b) => a - b);
  return {
    mostAway,
    allBackMs: times.at(-1) ?? 0,
    halfBackMs: times[times.length >> 1] ?? 0,
    crowd: report,
    quiet,
    storm,
    cpuSeconds: {
      server: cpuAfter.server - cpuBefore.server,
      crowd: cpuAfter.crowd - cpuBefore.crowd,
    },
  };
}

/** What the listeners heard of two who talked before, during and after `event`. */
async function withSpeech(
  { people }: ImpairedOperation,
  event: () => Promise<void>,
): Promise<VoiceOfThoseWhoStayed> {
  for (const name of LISTENERS) await people.call('forgetHeard', name);
  for (const name of TALKERS) {
    const talkspurtFrames = 50 * 600;
    await people.call('talk', { name, channels: ['Command'], speaker: 'delta', talkspurtFrames });
  }
  await lasting(MARGIN_MS);
  await event();
  await lasting(MARGIN_MS);
  let said = 0;
  for (const name of TALKERS) said += await people.call('hush', name);
  await lasting(MARGIN_MS);
  const heard: Hearing[] = [];
  for (const name of LISTENERS) heard.push(...(await people.call('heard', name)));
  return {
    said: said * LISTENERS.length,
    heard: heard.reduce((sum, { frames }) => sum + frames, 0),
    doubled: heard.reduce((sum, { doubled }) => sum + doubled, 0),
    longestSilenceMs: Math.max(...heard.map(({ silences }) => silences[0]?.ms ?? 0)),
  };
}
