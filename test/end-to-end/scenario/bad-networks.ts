import type { SourceSettings } from '@sidetone/client-sdk';
import { PacketType, parseDownlinkBody, typeOctet } from '@sidetone/protocol';
import {
  createTcpImpairment,
  createUdpImpairment,
  waitFor,
  type BurstLoss,
  type CapturedDatagram,
  type DatagramFault,
  type DatagramStatistics,
  type Impairment,
  type PassedDatagram,
  type TcpImpairment,
  type UdpImpairment,
} from '@sidetone/testkit';
import { ChildProgram } from '../support/child-program.js';
import type { EncodedFrom } from '../support/noted-codec.js';
import { freeUdpPort } from '../support/free-port.js';
import type { DelaysBySeq, ListenerResult, ListeningCalls } from '../support/listening-program.js';
import type { ServerCalls, ServerSettings } from '../support/server-program.js';
import type { SpeakingCalls } from '../support/speaking-program.js';
import { frameCount, type Utterance } from '../support/utterance.js';

/** One way from the server to a listener, the same in both directions. */
export interface BadNetwork {
  readonly name: string;
  readonly title: string;
  readonly impairment: Impairment;
  /** Of the datagrams to the listener, at least what part each fault has to strike. */
  readonly strikes: Readonly<Partial<Record<DatagramFault, number>>>;
  /** Decides the fates, instead of the usual one. */
  readonly seed?: number;
}

export interface NetworkResult extends ListenerResult {
  readonly network: BadNetwork;
  readonly datagrams: Readonly<DatagramStatistics>;
  /** How the talk was encoded, frames counted from the moment at which the network became bad. */
  readonly encoded: readonly EncodedFrom[];
}

export interface BadNetworksOptions {
  readonly networks: readonly BadNetwork[];
  /** What everybody says, one talkspurt after the other. */
  readonly utterances: readonly Utterance[];
  /** How everybody is encoded; as apps have it by default if left out. */
  readonly source?: SourceSettings;
  /** A fixed delay in the place of the adaptive receiver, to see that the comparison can fail. */
  readonly playoutDelayMs?: number;
}

const MEDIA_OCTET = typeOctet(PacketType.media);
const BASE_MS = 40;
const SEED = 6;
const SERVER_HOST = '127.0.0.2';
const AMPLE = { commandBurst: 1000, commandsPerSecond: 1000 } as const;
/** People breathe in between. */
const PAUSE_MS = 800;
/** Said while all is well yet, so that the numbers of the frames behind it are known. */
const BEFORE: Utterance = { speaker: 'echo', frames: 25 };

/** A Gilbert-Elliott path that loses everything while it is bad. */
const burstLoss = (lossRate: number, meanBurst: number): BurstLoss => ({
  leaveRate: 1 / meanBurst,
  enterRate: lossRate / (1 - lossRate) / meanBurst,
});

/** Those of `npm run bench:receiver` that a network can do; its clocks are all the same here. */
export const CLEAN: BadNetwork = {
  name: 'clean',
  title: 'clean (2 ms jitter)',
  impairment: { delayMs: BASE_MS, jitterMs: 2 },
  strikes: { delayed: 1 },
};

export const BAD_NETWORKS: readonly BadNetwork[] = [
  {
    name: 'wifi',
    title: 'Wi-Fi: exponential 8 ms, 0.5 % loss',
    impairment: { delayMs: BASE_MS, jitterMs: 8, jitter: 'exponential', lossRate: 0.005 },
    strikes: { lost: 0.004, reordered: 0.02 },
    // As many losses as the rate says, in as few frames as these.
    seed: 8,
  },
  {
    name: 'loss-5',
    title: '5 % random loss',
    impairment: { delayMs: BASE_MS, jitterMs: 2, lossRate: 0.05 },
    strikes: { lost: 0.035 },
  },
  {
    name: 'loss-10-jitter-200',
    title: '10 % loss, 0-200 ms jitter',
    impairment: { delayMs: BASE_MS, jitterMs: 200, lossRate: 0.1 },
    strikes: { lost: 0.07, reordered: 0.4 },
  },
  {
    name: 'burst-10',
    title: 'bursts of 3, 10 %',
    impairment: { delayMs: BASE_MS, jitterMs: 2, burstLoss: burstLoss(0.1, 3) },
    strikes: { lostInBurst: 0.06, bursts: 0.02 },
  },
  {
    name: 'stall-300',
    title: '300 ms stall each 5 s',
    impairment: { delayMs: BASE_MS, jitterMs: 2, stalls: { everyMs: 5_000, durationMs: 300 } },
    strikes: { stalled: 0.03 },
  },
];

/** A network to the server: TCP and UDP at one host, as clients expect it. */
interface Way {
  readonly control: TcpImpairment;
  readonly udp: UdpImpairment;
  readonly voice: VoiceDelays;
}

/** What a network made each frame to its listener wait. */
class VoiceDelays {
  /** Of the datagrams that are frames; the others are pings and their answers. */
  readonly #seqs = new Map<number, number>();
  readonly #delaysMs = new Map<number, number>();

  captured({ direction, bytes, number }: CapturedDatagram): void {
    if (direction !== 'downlink' || bytes[0] !== MEDIA_OCTET) return;
    const body = parseDownlinkBody(bytes.subarray(1));
    if (body.ok) this.#seqs.set(number, body.sender.seq);
  }

  passed({ direction, number, delayMs }: PassedDatagram): void {
    const seq = this.#seqs.get(number);
    if (direction !== 'downlink' || seq === undefined) return;
    // A talker that doubts its own path sends its last frames again.
    this.#delaysMs.set(seq, Math.min(delayMs, this.#delaysMs.get(seq) ?? Infinity));
  }

  get bySeq(): DelaysBySeq {
    return [...this.#delaysMs];
  }
}

/**
 * Real speech by the real codec through the server and each network to a listener of its own. Every
 * network has a talker of its own too, who follows what that listener reports.
 */
export async function badNetworks(options: BadNetworksOptions): Promise<readonly NetworkResult[]> {
  const { networks } = options;
  const port = await freeUdpPort();
  const server = ChildProgram.start<ServerCalls>('./server-program.ts', {
    channels: networks.map(({ name }) => name),
    limits: AMPLE,
    host: SERVER_HOST,
    udp: { host: SERVER_HOST, port },
  } satisfies ServerSettings);
  const speaking = ChildProgram.start<SpeakingCalls>('./speaking-program.ts');
  const listening = ChildProgram.start<ListeningCalls>('./listening-program.ts');
  const ways: Way[] = [];
  try {
    const url = await server.call('start');
    for (const [index, { seed = SEED + index }] of networks.entries()) {
      ways.push(await openWay(`127.0.0.${11 + index}`, seed, url, port));
    }
    await gather({ networks, ways, url, speaking, listening, source: options.source });
    await speak(options, ways, speaking, listening);
    return await results(options, ways, speaking, listening);
  } finally {
    await Promise.all([speaking.stop(), listening.stop()]);
    await server.stop();
    await Promise.all(ways.flatMap(({ control, udp }) => [control.close(), udp.close()]));
  }
}

async function openWay(host: string, seed: number, url: string, udpPort: number): Promise<Way> {
  const target = { host: SERVER_HOST, port: Number(new URL(url).port) };
  const control = await createTcpImpairment({ seed, host, target });
  const slow = { delayMs: BASE_MS };
  const voice = new VoiceDelays();
  const udp = await createUdpImpairment({
    seed,
    host,
    port: udpPort,
    target: { host: SERVER_HOST, port: udpPort },
    uplink: slow,
    downlink: slow,
    capture: (datagram) => voice.captured(datagram),
    passed: (datagram) => voice.passed(datagram),
  });
  return { control, udp, voice };
}

interface Gathering {
  readonly networks: readonly BadNetwork[];
  readonly ways: readonly Way[];
  readonly url: string;
  readonly speaking: ChildProgram<SpeakingCalls>;
  readonly listening: ChildProgram<ListeningCalls>;
  readonly source: SourceSettings | undefined;
}

async function gather(gathering: Gathering): Promise<void> {
  const { networks, ways, url, speaking, listening, source } = gathering;
  for (const [index, { name }] of networks.entries()) {
    const { control } = ways[index] as Way;
    await listening.call('connect', { name, url: `http://${control.host}:${control.port}` });
    await speaking.call('connect', { name, url, ...(source ? { source } : {}) });
  }
  await waitFor(() => listening.call('ready'), { timeoutMs: 15_000 });
}

async function speak(
  { networks, utterances }: BadNetworksOptions,
  ways: readonly Way[],
  speaking: ChildProgram<SpeakingCalls>,
  listening: ChildProgram<ListeningCalls>,
): Promise<void> {
  await Promise.all(
    networks.map(async ({ name, impairment }, index) => {
      const { udp } = ways[index] as Way;
      await speaking.call('say', { name, utterance: BEFORE, pauseMs: PAUSE_MS });
      await waitFor(async () => (await listening.call('count', name)) >= frameCount(BEFORE), {
        timeoutMs: 10_000,
      });
      udp.set('both', impairment);
      for (const utterance of utterances) {
        await speaking.call('say', { name, utterance, pauseMs: PAUSE_MS });
      }
      await waitFor(() => udp.waiting === 0, { timeoutMs: 10_000 });
    }),
  );
}

async function results(
  { networks, utterances, playoutDelayMs }: BadNetworksOptions,
  ways: readonly Way[],
  speaking: ChildProgram<SpeakingCalls>,
  listening: ChildProgram<ListeningCalls>,
): Promise<readonly NetworkResult[]> {
  const before = frameCount(BEFORE);
  const all: NetworkResult[] = [];
  for (const [index, network] of networks.entries()) {
    const { name } = network;
    const { udp, voice } = ways[index] as Way;
    const { packets, encoded } = await speaking.call('said', name);
    const result = await listening.call('compare', {
      talk: {
        name,
        utterances: [BEFORE, ...utterances],
        pauseMs: PAUSE_MS,
        packets,
        delaysMs: voice.bySeq,
      },
      from: 1,
      ...(playoutDelayMs === undefined ? {} : { playoutDelayMs }),
    });
    all.push({
      ...result,
      network,
      datagrams: udp.statistics('downlink'),
      encoded: encoded.map((from) => ({ ...from, frame: from.frame - before })),
    });
  }
  return all;
}
