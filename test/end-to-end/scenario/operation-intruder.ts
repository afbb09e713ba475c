import { randomBytes, randomUUID } from 'node:crypto';
import type { MethodName, MethodParams } from '@sidetone/protocol';
import { waitFor } from '@sidetone/testkit';
import { WireClient, type WireTalk } from '../../wire/wire-client.js';
import type { Crew } from '../support/crew.js';
import { expectHeard, hearing } from './operation-voice.js';

const NAME = 'Intruder';
const FRAMES = 20;

export interface IntruderRecord {
  readonly saidAfter: number;
  /** By the server after the demotion. */
  readonly forwarded: number;
  readonly dropped: number;
  /** Voice that came to the intruder after the demotion, while others talked. */
  readonly packets: number;
  /** What was answered when asked about what it knows from before, and about what nobody knows. */
  readonly ofSeen: Answers;
  readonly ofNobody: Answers;
}

/** By name, the net by which they hear. */
type Listeners = Readonly<Record<string, string>>;

type Answers = Readonly<Record<string, string>>;

/** What somebody may remember who was a leader. */
interface Remembered {
  readonly channel: string;
  readonly session: string;
  readonly user: string;
  readonly route: string;
  readonly patch: string;
}

/**
 * A leader who becomes a pilot in the middle of a word, with a client that takes no notice.
 * `listeners` hear what came before, and nothing more.
 */
export async function demotedIntruder(crew: Crew, listeners: Listeners): Promise<IntruderRecord> {
  const credentials = { token: crew.token(NAME) };
  const client = await WireClient.connect(crew.url, { method: 'token', credentials });
  try {
    return await intrude(crew, client, listeners);
  } finally {
    await client.close();
  }
}

async function intrude(
  crew: Crew,
  client: WireClient,
  listeners: Listeners,
): Promise<IntruderRecord> {
  const user = client.welcome?.user.id ?? '';
  const command = crew.channelIds['Command'] ?? '';
  await crew.server.call('changeRoles', { user, give: ['Flight Lead'] });
  await client.openUdp();
  client.channels.set('Command', command);
  await client.join('Command');
  const [[route] = ['']] = [...client.keys];
  const talk = await client.talk(command);
  const voice = new Voice(client, talk);
  voice.say(FRAMES, false);
  await expectHeard(crew, NAME, listeners, FRAMES);

  const revoked = client.next('transmissionEnded', (end) => {
    return (end as { reason: string }).reason === 'revoked';
  });
  const change = { user, give: ['Pilot'], take: ['Flight Lead'] };
  await crew.server.call('changeRoles', change);
  const forwarded = await crew.metric('voice.forwarded');
  const dropped = await crew.framesDropped();
  const received = await crew.metric('voice.received');
  voice.say(FRAMES, true);
  await revoked;
  // As if the key had been let go and pressed again, and over the other path.
  voice.say(FRAMES, true);
  voice.overWebSocket = true;
  voice.say(FRAMES, true);
  const saidAfter = 3 * FRAMES;
  await waitFor(async () => (await crew.metric('voice.received')) >= received + saidAfter, {
    describe: () => `of ${saidAfter} frames not all came`,
  });
  const afterTalk = {
    forwarded: (await crew.metric('voice.forwarded')) - forwarded,
    dropped: (await crew.framesDropped()) - dropped,
  };

  let packets = 0;
  client.onMedia = () => (packets += 1);
  await crew.say('Ground 1', { channels: ['Command'], frames: FRAMES });
  await hearing(crew, 'Commander A', 'Ground 1', FRAMES);
  await expectHeard(crew, NAME, listeners, FRAMES);

  const patch = await commandPatch(crew);
  const seen = { channel: command, session: crew.session('Ground 1'), user: crew.user('Ground 1') };
  const ofSeen = await ask(crew, client, { ...seen, route, patch });
  const nobody = { channel: randomUUID(), session: randomUUID(), user: randomUUID() };
  const elsewhere = { route: randomUUID(), patch: randomUUID() };
  const ofNobody = await ask(crew, client, { ...nobody, ...elsewhere });
  await crew.attempt('Commander A', 'patch.end', { patch });
  return {
    ...afterTalk,
    saidAfter,
    packets,
    ofSeen,
    ofNobody,
  };
}

/** Of nets that a pilot of Flight does not see. */
async function commandPatch(crew: Crew): Promise<string> {
  const channels = ['Command', 'Logistics'].map((net) => crew.channelIds[net] ?? '');
  await crew.attempt('Commander A', 'patch.create', { channels });
  return (await crew.view('Commander A')).patches[0] ?? '';
}

/** Says what a decent client would not. */
class Voice {
  readonly #client: WireClient;
  readonly #talk: WireTalk;
  #next = 0;
  overWebSocket = false;

  constructor(client: WireClient, talk: WireTalk) {
    this.#client = client;
    this.#talk = talk;
  }

  /** All at once. @param ends whether the last one lets the key go */
  say(frames: number, ends: boolean): void {
    const first = this.#next;
    for (; this.#next < first + frames; this.#next += 1) {
      const seq = this.#next;
      const part = {
        start: seq === first,
        end: ends && seq === first + frames - 1,
        durationMs: 20 as const,
        level: 0xff,
        seq,
        time: seq * 960,
      };
      const body = this.#client.seal(this.#talk, seq, part, randomBytes(60));
      if (this.overWebSocket) this.#client.sendMediaOverWebSocket(body);
      else this.#client.sendMedia(body);
    }
  }
}

/** Every method that takes an id, by what it answers. */
async function ask(crew: Crew, client: WireClient, known: Remembered): Promise<Answers> {
  const { channel, session, user, route, patch } = known;
  const flight = crew.channelIds['Flight'] ?? '';
  const self = client.welcome?.session ?? '';
  const answers: Record<string, string> = {};
  const put = async <M extends MethodName>(method: M, params: MethodParams<M>): Promise<void> => {
    const answer = await client.request(method, params).then(
      () => 'done',
      (error: unknown) => String(error),
    );
    const place = `${method} with ${Object.keys(params).join()} (${Object.keys(answers).length})`;
    answers[place] = Object.entries(known).reduce(
      (text, [name, id]) => text.replaceAll(id, name),
      answer.replace(/"id":\d+/, '"id"'),
    );
  };
  await put('channel.join', { channel });
  await put('channel.leave', { channel });
  await put('channel.setMembership', { channel, listening: true });
  await put('channel.create', { parent: channel, name: 'Mine' });
  await put('channel.update', { channel, topic: 'mine' });
  await put('channel.move', { channel, parent: null, position: 0 });
  await put('channel.move', { channel: flight, parent: channel, position: 0 });
  await put('channel.delete', { channel });
  await put('channel.setStance', { channel, minTalkPriority: 3 });
  await put('patch.create', { channels: [flight, channel] });
  await put('patch.end', { patch });
  await put('talk.register', { target: { channels: [channel] } });
  await put('talk.register', { target: { subtree: channel } });
  await put('talk.register', { target: { users: [user] } });
  await put('participant.mute', { session: self, channel, muted: false });
  await put('participant.mute', { session, channel: flight, muted: true });
  await put('participant.deafen', { session, channel: flight, deafened: true });
  await put('participant.move', { session: self, from: flight, to: channel });
  await put('participant.move', { session, from: channel, to: flight });
  await put('participant.kick', { session });
  await put('participant.ban', { session });
  await put('access.list', { channel });
  await put('access.explain', { permission: 'SPEAK', channel });
  await put('access.explain', { permission: 'WHISPER', session });
  await put('keys.fetch', { route });
  return answers;
}
