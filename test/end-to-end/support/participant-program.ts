// One person of the end-to-end tests, in a process of its own: the SDK as an app uses it.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  createClient,
  guest,
  samplesSource,
  TalkerRecorder,
  type Client,
  type OpusFrame,
} from '@sidetone/client-sdk';
import { opus } from '@sidetone/plugin-opus';
import { speech, writeWav, type SpeechName } from '@sidetone/testkit';
import { answerCalls, programSettings } from './child-program.js';

export interface ParticipantSettings {
  readonly url: string;
  readonly name: string;
  readonly transport: 'udp' | 'websocket';
}

export interface Heard {
  /** Sequence numbers relative to the first frame, in the order of arrival. */
  readonly frames: readonly number[];
  /** Nets by which the copies came. */
  readonly routes: readonly string[];
  readonly talkers: readonly string[];
  readonly lost: number;
  readonly dropped: Readonly<Record<string, number>>;
}

const { url, name, transport } = programSettings<ParticipantSettings>();
const codec = opus();
const client: Client = createClient({
  url,
  codec,
  authentication: guest(name),
  voice: { transports: transport === 'udp' ? ['udp', 'websocket'] : ['websocket'] },
});
const recorder = new TalkerRecorder({ codec });
const frames: OpusFrame[] = [];
client.addSink(recorder);
client.onFrame((frame) => {
  if (frame.packet.length > 0) frames.push(frame);
});

const calls = {
  async connect(): Promise<{ session: string; user: string }> {
    await client.connect();
    const { self } = client;
    if (!self) throw new Error('connected, and yet nobody');
    return { session: self.id, user: self.userId };
  },
  async join(channels: readonly string[]): Promise<void> {
    for (const channel of channels) await client.channels.join(channel);
  },
  async leave(channel: string): Promise<void> {
    await client.channels.find(channel)?.membership?.leave();
  },
  voice: (): { up: string | null; down: string } => {
    const { voice } = client;
    return { up: voice?.up ?? null, down: voice?.down ?? 'none' };
  },
  /** Says it all, to its end; resolves with the number of frames. */
  async say(what: {
    readonly speaker: SpeechName;
    readonly channels?: readonly string[];
    readonly users?: readonly string[];
    readonly times?: number;
  }): Promise<void> {
    const channels = what.channels?.map((channel) => client.channels.find(channel)?.id ?? '');
    const target = await client.talk.target({
      ...(channels ? { channels } : {}),
      ...(what.users ? { users: what.users } : {}),
    });
    for (let time = 0; time < (what.times ?? 1); time += 1) {
      await target.play(samplesSource(speech(what.speaker)));
    }
    await target.unregister();
  },
  /** How many frames have been opened so far. */
  count: (): number => frames.length,
  heard: (): Heard => {
    const first = frames[0]?.seq ?? 0;
    return {
      frames: frames.map(({ seq }) => seq - first),
      routes: [...new Set(frames.map(({ route }) => route.channel ?? route.kind))],
      talkers: [...new Set(frames.map(({ source }) => source.session))],
      lost: recorder.talkspurts.reduce((sum, { lost }) => sum + lost, 0),
      dropped: client.voice?.dropped ?? {},
    };
  },
  /** Writes the first talkspurt heard as WAV and returns the file. */
  async record(folder: string): Promise<string> {
    const { samples } = await recorder.talkspurt(0);
    const file = path.join(folder, `${name}.wav`);
    await writeFile(
      file,
      writeWav({ sampleRate: 48_000, channels: 1, samples, encoding: 'float32' }),
    );
    return file;
  },
  channelIds: (): Readonly<Record<string, string>> =>
    Object.fromEntries([...client.channels.all()].map((channel) => [channel.name, channel.id])),
  async close(): Promise<void> {
    await client.close();
  },
};

export type ParticipantCalls = typeof calls;

answerCalls(calls);
