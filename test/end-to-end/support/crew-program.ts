// Several people of an operation in one process, each with a client and sockets of its own.
import { opus } from '@sidetone/plugin-opus';
import { isVoiceError } from '@sidetone/protocol';
import { answerCalls } from './child-program.js';
import { CrewMember, type CrewSettings, type News, type TalkOrder } from './crew-member.js';
import type { NetHearing } from './net-ears.js';

export interface CrewView {
  readonly session: string;
  readonly channels: readonly string[];
  /** Names of the others, sorted. */
  readonly people: readonly string[];
  /** Ids of those that are shown. */
  readonly patches: readonly string[];
}

/** Of the event loop: enough to read what the kernel has for every socket. */
const TURNS = 5;

const codec = opus();
const crew = new Map<string, CrewMember>();

function member(name: string): CrewMember {
  const found = crew.get(name);
  if (!found) throw new Error(`nobody here is called "${name}"`);
  return found;
}

/** The code of a refusal; `done` where there was none. */
async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (isVoiceError(error)) return error.code;
    throw error;
  }
}

interface Whom {
  readonly name: string;
}

const calls = {
  async enter(settings: CrewSettings): Promise<{ session: string; user: string }> {
    const added = new CrewMember(settings, codec);
    crew.set(settings.name, added);
    await added.client.connect();
    const { self } = added.client;
    return { session: self?.id ?? '', user: self?.userId ?? '' };
  },
  voice(name: string): { readonly up: string | null; readonly down: string } {
    const { voice } = member(name).client;
    return { up: voice?.up ?? null, down: voice?.down ?? 'none' };
  },
  join: (what: Whom & { readonly channel: string }): Promise<string> =>
    codeOf(member(what.name).client.channels.join(what.channel)),
  /** Any method; resolves with the code of the refusal, or `done`. */
  attempt: (what: Whom & { readonly method: string; readonly params: object }): Promise<string> =>
    codeOf(member(what.name).client.call(what.method, what.params)),
  say: (what: Whom & TalkOrder & { readonly frames: number }): Promise<string> =>
    codeOf(member(what.name).say(what, what.frames)),
  begin: (what: Whom & TalkOrder): Promise<string> => codeOf(member(what.name).begin(what)),
  said: (name: string): number => member(name).said,
  async hush(name: string): Promise<void> {
    await member(name).hush();
  },
  ears: (name: string): readonly NetHearing[] => member(name).ears.hearings,
  news: (name: string): readonly News[] => member(name).news,
  dropped: (name: string): Readonly<Record<string, number>> =>
    member(name).client.voice?.dropped ?? {},
  view(name: string): CrewView {
    const { self, channels, participants, patches } = member(name).client;
    return {
      session: self?.id ?? '',
      channels: channels.all().map((channel) => channel.name),
      people: participants
        .all()
        .filter(({ id }) => id !== self?.id)
        .map((participant) => participant.name)
        .sort(),
      patches: patches.all().map(({ id }) => id),
    };
  },
  /** Everybody here stops talking, and takes targets back. */
  async fallSilent(): Promise<void> {
    await Promise.all([...crew.values()].map((each) => each.putAway()));
  },
  /** What came before this was asked is heard, or told, and then forgotten. */
  async forget(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn += 1) await new Promise(setImmediate);
    for (const each of crew.values()) {
      each.ears.forget();
      each.news.length = 0;
    }
  },
  async close(): Promise<void> {
    await Promise.all([...crew.values()].map(({ client }) => client.close()));
  },
};

export type CrewCalls = typeof calls;

answerCalls(calls);
