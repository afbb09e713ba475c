// Several people of the end-to-end tests in one process, each with a client, sockets and a record of its own.
import type { ClientState } from '@sidetone/client-sdk';
import { opus } from '@sidetone/plugin-opus';
import type { SpeechName } from '@sidetone/testkit';
import { answerCalls } from './child-program.js';
import type { Hearing } from './hearing.js';
import type { Outage } from './outage-record.js';
import { RecordedPerson, type PathChange, type PersonSettings } from './recorded-person.js';

export interface View {
  readonly session: string;
  /** `name: channels it is in`, with `(away)` where it is cut off; sorted. */
  readonly people: readonly string[];
  readonly channels: readonly string[];
}

const codec = opus();
const people = new Map<string, RecordedPerson>();

function person(name: string): RecordedPerson {
  const found = people.get(name);
  if (!found) throw new Error(`nobody here is called "${name}"`);
  return found;
}

const calls = {
  async connect(settings: PersonSettings): Promise<string> {
    const added = new RecordedPerson(settings, codec);
    people.set(settings.name, added);
    await added.client.connect();
    return added.client.self?.id ?? '';
  },
  async join(what: { readonly name: string; readonly channels: readonly string[] }): Promise<void> {
    for (const channel of what.channels) await person(what.name).client.channels.join(channel);
  },
  voice(name: string): { readonly up: string | null; readonly down: string } {
    const { voice } = person(name).client;
    return { up: voice?.up ?? null, down: voice?.down ?? 'none' };
  },
  dropped: (name: string): Readonly<Record<string, number>> =>
    person(name).client.voice?.dropped ?? {},
  pathChanges: (name: string): readonly PathChange[] => person(name).pathChanges,
  async talk(what: {
    readonly name: string;
    readonly channels: readonly string[];
    readonly speaker: SpeechName;
    readonly talkspurtFrames?: number;
  }): Promise<void> {
    await person(what.name).talk(what.channels, what.speaker, what.talkspurtFrames);
  },
  hush: (name: string): Promise<number> => person(name).hush(),
  /** By the session of the talker. */
  heard: (name: string): readonly Hearing[] => person(name).hearings,
  forgetHeard: (name: string): void => person(name).forgetHearings(),
  journal: (name: string): readonly string[] => person(name).journal.lines,
  forgetJournal(name: string): void {
    person(name).journal.lines = [];
  },
  state: (name: string): ClientState => person(name).client.state,
  /** Whether everybody here is connected. */
  connected: (): boolean =>
    [...people.values()].every(({ client }) => client.state.status === 'connected'),
  outages: (name: string): readonly Outage[] => person(name).record.outages,
  /** How often each has come back. */
  returns: (): readonly number[] =>
    [...people.values()].map(
      ({ record }) => record.outages.filter(({ backAt }) => backAt !== null).length,
    ),
  view(name: string): View {
    const { client } = person(name);
    const all = client.participants.all();
    return {
      session: client.self?.id ?? '',
      people: all
        .map(({ name: who, away, channels }) => {
          const names = channels.map((channel) => channel.name).join(' ');
          return `${who}${away ? ' (away)' : ''}: ${names}`;
        })
        .sort(),
      channels: client.channels.all().map((channel) => channel.name),
    };
  },
  async call(what: {
    readonly name: string;
    readonly method: string;
    readonly params: object;
  }): Promise<unknown> {
    return person(what.name).client.call(what.method, what.params);
  },
  async setMuted(what: { readonly name: string; readonly muted: boolean }): Promise<void> {
    await person(what.name).client.setMuted(what.muted);
  },
  hintNetworkChanged: (name: string): void => person(name).client.hintNetworkChanged(),
  async close(): Promise<void> {
    await Promise.all([...people.values()].map(({ client }) => client.close()));
  },
};

export type PeopleCalls = typeof calls;

answerCalls(calls);
