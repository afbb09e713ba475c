// People who all talk in one channel, with the times that their frames took, in a process of their own.
import { randomBytes } from 'node:crypto';
import { Load, type Talker } from '../../../bench/load.js';
import { WireClient, type WireTalk } from '../../wire/wire-client.js';
import { answerCalls } from './child-program.js';

/** An Opus frame of 32 kbit/s and 20 ms has about this many bytes. */
const OPUS_BYTES = 80;
const FRAME_SAMPLES = 960;

export interface VoiceLoad {
  /** Frames, and how many of them came to somebody, of how many that should have. */
  readonly sent: number;
  readonly due: number;
  readonly received: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

let people: WireClient[] = [];
let load: Load | null = null;

function talkerOf(person: WireClient, talk: WireTalk): Talker {
  const opus = randomBytes(OPUS_BYTES);
  return {
    send(index) {
      const seq = index & 0xffff;
      const part = {
        start: index === 0,
        end: false,
        durationMs: 20,
        level: 0x80 | 30,
        seq,
        time: (index * FRAME_SAMPLES) >>> 0,
      } as const;
      person.sendMedia(person.seal(talk, index, part, opus));
      return { source: talk.sourceHandle, seq };
    },
  };
}

const calls = {
  async gather(what: {
    readonly url: string;
    readonly count: number;
    readonly channel: string;
  }): Promise<void> {
    const names = Array.from({ length: what.count }, (_, index) => `Talker ${index + 1}`);
    people = await Promise.all(names.map((name) => WireClient.connect(what.url, name)));
    const channels = await Promise.all(people.map((person) => person.join(what.channel)));
    await Promise.all(people.map((person) => person.openUdp()));
    const talks = await Promise.all(people.map((person) => person.talk(channels[0] ?? '')));
    const made = new Load(
      people.map((person, index) => talkerOf(person, talks[index] as WireTalk)),
    );
    for (const person of people) person.onMedia = (packet) => made.receive(packet);
    load = made;
  },
  /** All talk for so long. */
  async talk(durationMs: number): Promise<VoiceLoad> {
    if (!load) throw new Error('nobody is here yet');
    const { sent, received, latenciesMs } = await load.run(durationMs);
    const at = (share: number): number =>
      latenciesMs[Math.floor(share * (latenciesMs.length - 1))] ?? 0;
    return {
      sent,
      due: sent * (people.length - 1),
      received,
      medianMs: at(0.5),
      p99Ms: at(0.99),
    };
  },
  async close(): Promise<void> {
    await Promise.all(people.map((person) => person.close()));
  },
};

export type VoiceLoadCalls = typeof calls;

answerCalls(calls);
