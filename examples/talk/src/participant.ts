import {
  createClient,
  guest,
  type AudioSink,
  type Channel,
  type Client,
} from '@sidetone/client-sdk';
import { opus } from '@sidetone/plugin-opus';
import { connectPatiently } from './connect-patiently.js';
import type { Departure } from './departure.js';
import { explainEnd } from './explain-end.js';
import { joinChannels, type JoinedChannels } from './join-channels.js';
import type { Settings } from './settings.js';
import type { Slots } from './slots.js';
import type { Speech } from './speech.js';
import { TalkFailure } from './talk-failure.js';
import type { View } from './view.js';

/** The end of a talkspurt is said again twice, 20 ms apart; who leaves before that cuts it off. */
const LAST_WORDS_MS = 100;

export interface ParticipantParts {
  readonly settings: Settings;
  readonly server: string;
  readonly client: Client;
  readonly speech: Speech | null;
  /** Where what is heard goes. */
  readonly sinks: readonly AudioSink[];
  readonly departure: Departure;
  readonly view: View;
  /** Filled with the channels that are talked to. */
  readonly talkTo: Set<Channel>;
  /** Where number keys say which net is talked to; `null` where there are no keys. */
  readonly slots: Slots | null;
}

/** `password` is that of the account, where there is one. */
export function createTalkClient(
  { name, account, transports }: Settings,
  server: string,
  password: string | null,
): Client {
  return createClient({
    url: server,
    codec: opus(),
    authentication:
      account === null
        ? guest(name)
        : { method: 'password', credentials: { name: account.name, password } },
    voice: { transports },
  });
}

/** Connects, joins, says what is to be said and listens; resolves when nothing is left to do. */
export async function participate(parts: ParticipantParts): Promise<void> {
  const { settings, server, client, speech, sinks, departure, view } = parts;
  const { signal } = departure;
  leaveWithSession(client, departure);
  leaveWithoutPath(client, settings, departure);
  await connectPatiently(client, view, signal);
  view.tell(`Connected to ${server} as ${client.self?.name ?? settings.name}`);
  const { joined, talkTo } = await joinChannels(client, settings);
  for (const channel of joined) view.tell(joinedLine(client, channel));
  const { leaveAfterMs } = settings;
  if (leaveAfterMs !== null) setTimeout(() => departure.leave(), leaveAfterMs).unref();
  if (sinks.length > 0) listen(client, sinks, departure);
  if (speech === null) return;
  await say(parts, speech, { joined, talkTo });
  if (signal.aborted) return;
  view.tell('Everything is said');
  await new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS));
}

async function say(
  { client, slots, departure, view, talkTo: shown }: ParticipantParts,
  { label, source }: Speech,
  { joined, talkTo }: JoinedChannels,
): Promise<void> {
  const { signal } = departure;
  for (const channel of talkTo) shown.add(channel);
  const target = await client.talk.target({ channels: talkTo });
  await slots?.bind(client, joined, target);
  await voiceReady(client, signal);
  view.tell(`Talking to ${talkTo.map(({ name }) => name).join(', ')}: ${label}`);
  if (slots) await slots.talk(client, source, signal);
  else await target.play(source, { signal });
}

function listen(client: Client, sinks: readonly AudioSink[], departure: Departure): void {
  const everywhere: AudioSink = {
    write: (samples) => {
      for (const sink of sinks) sink.write(samples);
    },
  };
  client.playback
    .playTo(everywhere, { signal: departure.signal })
    .catch((error: unknown) => departure.fail(error));
}

function joinedLine(client: Client, channel: Channel): string {
  const others = channel.occupants
    .map(({ participant }) => participant)
    .filter(({ id }) => id !== client.self?.id)
    .map(({ name }) => name);
  return `Joined ${channel.name}, with ${others.length === 0 ? 'nobody else' : others.join(', ')}`;
}

/** Where voice may take one way only, the first word waits for it. */
async function voiceReady(client: Client, signal: AbortSignal): Promise<void> {
  const isReady = (): boolean => signal.aborted || (client.voice?.up ?? null) !== null;
  if (isReady()) return;
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (isReady()) resolve();
    };
    signal.addEventListener('abort', look, { once: true });
    client.on('voicePathChanged', look);
  });
}

function leaveWithoutPath(client: Client, { transports }: Settings, departure: Departure): void {
  client.on('voicePathFailed', ({ path, message }) => {
    if (transports.length > 1 || !transports.includes(path)) return;
    departure.fail(
      new TalkFailure(`no voice over ${path}: ${message}; --transport left out takes what works`),
    );
  });
}

function leaveWithSession(client: Client, departure: Departure): void {
  client.on('stateChanged', ({ state, previous }) => {
    // What ends before it was connected is told by connect().
    if (state.status !== 'disconnected' || previous.status === 'connecting') return;
    if (state.reason !== null) departure.fail(new TalkFailure(explainEnd(state.reason)));
  });
}
