import { endOfDoubt, nextDue } from './due-moment.js';
import {
  outsider,
  RESUME_TIMEOUT_MS,
  type EndedSession,
  type Looseness,
  type ModelClient,
  type ModelSession,
} from './model-state.js';
import {
  CHANNELS,
  copyOf,
  emptyScene,
  inLine,
  joinedLine,
  NETS,
  newcomer,
  outLine,
  type Scene,
} from './person.js';
import { say, sceneDifferences } from './scene-change.js';

/** Of lines that wait together the loosest comparison holds. */
const RANKS: Readonly<Record<Looseness, number>> = { apart: 0, awayUnknown: 1, restored: 2 };

/** What has to come of what is done to server and clients. Knows nothing of how they do it. */
export class SessionModel {
  now = 0;
  readonly sessions = new Map<string, ModelSession>();
  readonly topics = emptyScene().topics;
  readonly clients: ReadonlyMap<string, ModelClient>;
  /** The session that a thief has. */
  stolen: string | null = null;
  readonly #ended = new Map<string, EndedSession>();
  readonly #serials = new Map<string, number>();

  constructor(names: readonly string[]) {
    this.clients = new Map(names.map((name) => [name, outsider(name)]));
  }

  client(name: string): ModelClient {
    const client = this.clients.get(name);
    if (!client) throw new Error(`there is no client "${name}" in the model`);
    return client;
  }

  /** Its session, where the server has that and nobody else does. */
  own({ name, session }: ModelClient): ModelSession | null {
    const found = session === null ? undefined : this.sessions.get(session);
    return found?.holder === 'owner' && found.owner === name ? found : null;
  }

  /** The scene as the server has it. */
  scene(): Scene {
    const people = Array.from(
      this.sessions.values(),
      ({ label, person }) => [label, person] as const,
    );
    return copyOf({ people: new Map(people), topics: this.topics });
  }

  connect(client: ModelClient): void {
    const session = this.#open(client.name, 'owner');
    client.session = session.label;
    this.#arrive(client);
    client.due = new Map();
    client.loose = new Map();
  }

  close(client: ModelClient): void {
    const session = this.sessions.get(client.session ?? '');
    if (session && client.status === 'stalled') session.holder = 'nobody';
    else if (session?.holder === 'thief') this.#reuse(session);
    else if (session) {
      // Who is away comes back once more, to say so.
      if (client.status === 'down') this.#resume(client, session);
      this.end(session, 'gone', 'left');
    }
    this.stop(client, 'closed');
  }

  /** Out, without a word to the server. */
  stop(client: ModelClient, why: string): void {
    const own = this.own(client);
    if (own) own.holder = 'nobody';
    // Who was there until now has been told until now.
    if (client.status !== 'up') client.due = new Map();
    Object.assign(client, { status: 'out', stopped: why, session: null, overflown: false });
    client.targets.clear();
    client.held.clear();
  }

  /** The connection ends, and both ends know it. */
  cut(client: ModelClient): void {
    const own = this.own(client);
    if (own) this.detach(own, this.now, this.now);
    this.#goDown(client, 'connectionLost');
  }

  freeze(client: ModelClient): void {
    const own = this.own(client);
    if (own) own.halfOpenSince = this.now;
    client.status = 'stalled';
    client.stalledAt = this.now;
  }

  /** The client gives a connection up of which the server does not hear. */
  abandon(client: ModelClient): void {
    this.#goDown(client, 'serverSilent');
  }

  detach(session: ModelSession, from: number, to: number): void {
    session.halfOpenSince = null;
    session.expires = { from: from + RESUME_TIMEOUT_MS, to: to + RESUME_TIMEOUT_MS };
    if (!session.person.away) this.#setAway(session, true);
  }

  /** An attempt reaches the server. */
  comeBack(client: ModelClient): void {
    if (client.lost) return this.#renew(client);
    const session = this.sessions.get(client.session ?? '');
    if (!session) return this.#comeBackTo(client, this.#ended.get(client.session ?? ''));
    if (session.holder === 'owner') return this.#resume(client, session);
    // Its own token is spent, so it looks like a thief itself.
    this.#reuse(session);
    this.#lose(client);
  }

  kick(client: ModelClient): void {
    const session = this.own(client);
    if (!session) throw new Error('nobody to be kicked');
    this.end(session, 'kicked', 'kicked');
    if (client.status === 'up') this.stop(client, 'KICKED');
  }

  /** A spent token comes again: the session ends, its client signs in anew. */
  replay(client: ModelClient): void {
    const session = this.sessions.get(client.session ?? '');
    if (!session) throw new Error('no session to be ended');
    this.#reuse(session);
    if (client.status === 'up') this.#lose(client);
  }

  /** A good token in other hands, with or without the instance that belongs to it. */
  steal(client: ModelClient, isSameInstance: boolean): void {
    const session = this.own(client);
    if (!session) throw new Error('nothing to be stolen');
    if (isSameInstance) this.#takeOn(session);
    else this.#replace(session);
    if (client.status === 'up') this.stop(client, 'DISPLACED');
  }

  restart(): void {
    this.sessions.clear();
    this.#ended.clear();
    for (const net of NETS) this.topics.set(net, '');
    this.stolen = null;
    for (const client of this.clients.values()) {
      if (client.status === 'up' || client.status === 'stalled')
        this.#goDown(client, 'connectionLost');
    }
  }

  end(
    session: ModelSession,
    how: EndedSession['how'],
    reason: string,
    by: string | null = null,
  ): void {
    const { label, person } = session;
    this.#forget(session, how, by);
    for (const net of person.stays.keys()) this.tell(label, outLine(net, reason));
    this.tell(label, `left ${reason}`);
  }

  setMuted({ label, person }: ModelSession, muted: boolean): void {
    person.muted = muted;
    this.tell(label, muted ? 'muted' : 'unmuted');
  }

  setStay({ label, person }: ModelSession, net: string, flags: string): void {
    person.stays.set(net, flags);
    this.tell(label, inLine(net, flags));
  }

  leave({ label, person }: ModelSession, net: string): void {
    person.stays.delete(net);
    this.tell(label, outLine(net, 'left'));
  }

  setTopic(net: string, topic: string): void {
    this.topics.set(net, topic);
    this.tell(CHANNELS, `topic ${net} ${topic}`);
  }

  loosen(label: string | null, how: Looseness): void {
    if (label === null) return;
    for (const { loose } of this.clients.values()) {
      const before = loose.get(label);
      if (before === undefined || RANKS[how] > RANKS[before]) loose.set(label, how);
    }
  }

  /** Everybody who can be told of it will be. Nobody is told that it is itself away. */
  tell(label: string, line: string): void {
    for (const client of this.clients.values()) {
      if (this.own(client) === null) continue;
      if (client.session === label && (line === 'away' || line === 'back')) continue;
      say(client.due, label, line);
    }
  }

  /** Who hears it is up and in a net where the talker may speak. */
  speak(talker: ModelClient, frames: number): void {
    const own = this.own(talker);
    if (!own || own.person.muted) return;
    const nets = [...talker.held].filter((net) => own.person.stays.get(net) === '');
    for (const client of this.clients.values()) {
      const stays = client.status === 'up' ? this.own(client)?.person.stays : undefined;
      if (client !== talker && nets.some((net) => stays?.has(net))) client.heard += frames;
    }
  }

  /** Lets time pass, a little more where its end would be a moment of doubt; says how much. */
  pass(ms: number): number {
    const from = this.now;
    let until = from + ms;
    for (;;) {
      const doubt = endOfDoubt(this, until);
      if (doubt === null) break;
      until = doubt;
    }
    for (let due = nextDue(this, until); due; due = nextDue(this, until)) {
      this.now = Math.max(this.now, due.at);
      due.happen();
    }
    this.now = until;
    return until - from;
  }

  #comeBackTo(client: ModelClient, ended: EndedSession | undefined): void {
    const isRemembered = ended !== undefined && this.now - ended.at < RESUME_TIMEOUT_MS;
    switch (ended?.how) {
      case 'kicked':
        return isRemembered ? this.stop(client, 'KICKED') : this.#renew(client);
      case 'reused':
        return isRemembered ? this.#lose(client) : this.#renew(client);
      case 'replaced':
        if (this.sessions.has(ended?.by ?? '')) return this.stop(client, 'DISPLACED');
        return this.#renew(client);
      case 'gone':
      case undefined:
        return this.#renew(client);
    }
  }

  /** It is told that its session was ended because of a spent token. */
  #lose(client: ModelClient): void {
    client.lost = true;
    this.#goDown(client, 'TOKEN_REUSED');
  }

  #open(name: string, holder: 'owner' | 'thief'): ModelSession {
    const serial = (this.#serials.get(name) ?? 0) + 1;
    this.#serials.set(name, serial);
    const label = `${name}#${serial}`;
    const person = newcomer();
    const session: ModelSession = {
      ...{ label, owner: name, holder, person, halfOpenSince: null, expires: null },
      ...{ delivered: 1, good: 1 },
    };
    this.tell(label, joinedLine(person));
    this.sessions.set(label, session);
    return session;
  }

  #arrive(client: ModelClient): void {
    client.status = 'up';
    client.lost = false;
    client.stopped = null;
  }

  #goDown(client: ModelClient, why: string): void {
    if (client.policy === 'never') return this.stop(client, why);
    client.status = 'down';
    if (client.policy === 'now') this.comeBack(client);
  }

  #resume(client: ModelClient, session: ModelSession): void {
    session.halfOpenSince = null;
    session.expires = null;
    if (session.person.away) this.#setAway(session, false);
    session.delivered += 1;
    session.good = 1;
    this.#arrive(client);
    client.resyncs?.push(client.overflown);
    if (client.overflown) client.due = sceneDifferences(client.known, this.scene());
    client.overflown = false;
  }

  /** Signs in anew, and gets back what it knew that it had. */
  #renew(client: ModelClient): void {
    const had = client.known.people.get(client.session ?? '');
    const session = this.#open(client.name, 'owner');
    client.session = session.label;
    client.overflown = false;
    this.#arrive(client);
    client.due = sceneDifferences(client.known, this.scene());
    this.loosen(session.label, 'restored');
    if (had?.muted) this.setMuted(session, true);
    for (const net of NETS) {
      const flags = had?.stays.get(net);
      if (flags === undefined) continue;
      this.setStay(session, net, '');
      if (flags.includes('m')) this.setStay(session, net, 'm');
    }
  }

  #reuse(session: ModelSession): void {
    if (this.stolen === session.label) this.stolen = null;
    // Of a session that a thief had, its owner knows nothing but spent tokens.
    this.end(session, session.holder === 'owner' ? 'reused' : 'gone', 'disconnected');
  }

  /** The thief goes on in the very session. */
  #takeOn(session: ModelSession): void {
    session.holder = 'thief';
    session.halfOpenSince = null;
    session.expires = null;
    session.good = 0;
    this.stolen = session.label;
    if (session.person.away) this.#setAway(session, false);
  }

  /** The thief gets a session of its own in the place of this one. */
  #replace(session: ModelSession): void {
    const by = this.#open(session.owner, 'thief');
    this.stolen = by.label;
    this.loosen(by.label, 'restored');
    if (session.person.muted) this.setMuted(by, true);
    for (const [net, flags] of session.person.stays) this.setStay(by, net, flags);
    this.end(session, 'replaced', 'disconnected', by.label);
  }

  #forget({ label }: ModelSession, how: EndedSession['how'], by: string | null): void {
    this.sessions.delete(label);
    this.#ended.set(label, { how, at: this.now, by });
  }

  #setAway({ label, person }: ModelSession, away: boolean): void {
    person.away = away;
    this.tell(label, away ? 'away' : 'back');
  }
}
