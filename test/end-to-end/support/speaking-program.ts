// People who speak, each on a net of its own, in a process of their own.
import {
  createClient,
  guest,
  samplesSource,
  type Client,
  type SourceSettings,
  type TalkTarget,
} from '@sidetone/client-sdk';
import { opus } from '@sidetone/plugin-opus';
import { answerCalls } from './child-program.js';
import { lasting } from './lasting.js';
import { NotedCodec, type EncodedFrom } from './noted-codec.js';
import { samplesOf, type Utterance } from './utterance.js';

interface Speaker {
  readonly client: Client;
  readonly codec: NotedCodec;
  readonly target: TalkTarget;
}

/** What somebody has said, as it was encoded. */
export interface Said {
  /** All packets in order, in base64. */
  readonly packets: readonly string[];
  readonly encoded: readonly EncodedFrom[];
}

const speakers = new Map<string, Speaker>();

function named(name: string): Speaker {
  const speaker = speakers.get(name);
  if (!speaker) throw new Error(`nobody of the name "${name}" is here`);
  return speaker;
}

const calls = {
  /** Signed in, and with a talk target on the net of its name. */
  async connect(who: {
    readonly url: string;
    readonly name: string;
    /** Of the microphone; as apps have it by default if left out. */
    readonly source?: SourceSettings;
  }): Promise<void> {
    const { url, name, source } = who;
    const codec = new NotedCodec(opus());
    const client = createClient({
      url,
      codec,
      authentication: guest(`Speaker on ${name}`),
      voice: { transports: ['udp'] },
      ...(source ? { sources: { microphone: source } } : {}),
    });
    await client.connect();
    const channel = await client.channels.join(name);
    speakers.set(name, { client, codec, target: await channel.talk() });
  },
  /** One talkspurt, and the pause behind it. */
  async say(what: {
    readonly name: string;
    readonly utterance: Utterance;
    readonly pauseMs: number;
  }): Promise<void> {
    await named(what.name).target.play(samplesSource(samplesOf(what.utterance)));
    await lasting(what.pauseMs);
  },
  said(name: string): Said {
    const { packets, encoded } = named(name).codec;
    return { packets: packets.map((packet) => Buffer.from(packet).toString('base64')), encoded };
  },
  async close(): Promise<void> {
    await Promise.all([...speakers.values()].map(({ client }) => client.close()));
  },
};

export type SpeakingCalls = typeof calls;

answerCalls(calls);
