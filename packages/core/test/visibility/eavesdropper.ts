import type { OrganizationApi } from '../../src/index.js';
import { ReturningClient } from '../domain/returning-client.js';
import type { OpenDoor } from '../domain/open-door.js';
import { Refused, type TestPeer } from '../domain/test-peer.js';
import type { SecretRules } from './secret-rules.js';

/** Every id and name that there ever was, with the channel or session that it gives away. */
export class Canaries {
  readonly #organization: OrganizationApi;
  readonly #all = new Map<string, string>();

  constructor(organization: OrganizationApi) {
    this.#organization = organization;
  }

  /** What there is by now is known as well. */
  gather(): ReadonlyMap<string, string> {
    for (const { id, name, topic } of this.#organization.channels.list()) {
      for (const text of [id, name, topic]) if (text !== '') this.#all.set(text, id);
    }
    for (const { session, user } of this.#organization.participants.list()) {
      for (const text of [session, user.id, user.name]) this.#all.set(text, session);
    }
    return this.#all;
  }
}

/** An id, of whatever it may be, or a name or topic of the test. */
const CANARY = /secret-[a-z]+-\d+-x|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

export interface Leak {
  readonly to: string;
  readonly canary: string;
  readonly message: string;
}

/** Who has connected, and writes down each message that tells what they may not see. */
export class Eavesdropper {
  readonly name: string;
  client: ReturningClient | null = null;
  readonly #door: OpenDoor;
  readonly #rules: SecretRules;
  readonly #canaries: Canaries;
  readonly #leaks: Leak[];
  #session: string | null = null;
  /** What was in sight at the end of the last step: ids, and texts. */
  #known = new Set<string>();
  #away = false;
  /** Ids of what may be told of as gone, when the client is back. */
  #gone = new Set<string>();
  /** Of requests under way: what they said themselves, by id of the request. */
  readonly #said = new Map<number, string>();

  constructor(name: string, door: OpenDoor, rules: SecretRules, canaries: Canaries, leaks: Leak[]) {
    this.name = name;
    this.#door = door;
    this.#rules = rules;
    this.#canaries = canaries;
    this.#leaks = leaks;
  }

  get session(): string | null {
    return this.#session;
  }

  get away(): boolean {
    return this.#away;
  }

  async enter(): Promise<void> {
    this.client = await ReturningClient.enter(this.#door, this.name, undefined, (peer) => {
      this.#tap(peer);
    });
    this.#session = this.client.session;
    await this.client.confirm();
    this.look();
  }

  cut(): void {
    this.#away = true;
    this.client?.cut();
  }

  /** What has happened meanwhile may come now, as far as it was to be seen when it happened. */
  async comeBack(): Promise<void> {
    await this.client?.resume((peer) => this.#tap(peer));
    await this.client?.confirm();
    this.#away = false;
    this.#gone.clear();
    this.look();
  }

  /** Whatever comes of it. */
  async ask(method: string, params: object): Promise<void> {
    if (this.#away || this.client === null) return;
    await this.client.peer.ask(method, params).catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error;
    });
  }

  /**
   * The step is over: from now on only what is in sight may be told. `rightsChanged`: nothing of
   * what has gone out of sight may be told to who comes back, but that it is gone.
   */
  look(rightsChanged = false): void {
    const before = this.#known;
    this.#known = this.#inSight();
    if (!this.#away) return;
    for (const text of before) {
      if (!rightsChanged || !this.#exists(text)) this.#known.add(text);
      else if (!text.startsWith('secret-')) this.#gone.add(text);
    }
  }

  /** What has been deleted, or has left, is nothing that could be hidden. */
  #exists(text: string): boolean {
    const id = this.#canaries.gather().get(text) ?? text;
    const { channels, participants } = this.#door.server.organization();
    return channels.get(id) !== undefined || participants.get(id) !== undefined;
  }

  #inSight(): Set<string> {
    const session = this.#session;
    const seen = new Set<string>();
    if (session === null) return seen;
    for (const [text, of] of this.#canaries.gather()) if (this.#sees(session, of)) seen.add(text);
    return seen;
  }

  #sees(session: string, id: string): boolean {
    const { organization } = this.#rules;
    if (organization?.channels.get(id)?.id === id) {
      return this.#rules.viewsChannel(this.name, session, id);
    }
    if (organization?.participants.get(id) === undefined) return false;
    return this.#rules.seesSession(this.name, session, id);
  }

  #tap(peer: TestPeer): void {
    const send = peer.send.bind(peer);
    peer.send = (message) => {
      this.#read(message);
      send(message);
    };
    peer.asking = (id, text) => this.#said.set(id, text);
  }

  #read(message: string): void {
    const { id, result } = JSON.parse(message) as { id?: number; result?: { session?: string } };
    if (typeof result?.session === 'string' && 'resumeToken' in result) {
      this.#session = result.session;
    }
    // A server's own requests have ids as well, and nothing that the client has said.
    const own = 'method' in (JSON.parse(message) as object) ? '' : (this.#said.get(id ?? -1) ?? '');
    let now: Set<string> | null = null;
    for (const canary of new Set(message.match(CANARY))) {
      if (this.#known.has(canary) || this.#gone.has(canary)) continue;
      if (!this.#canaries.gather().has(canary)) continue;
      now ??= this.#inSight();
      if (now.has(canary) || own.includes(canary) || isOwnMake(own, message, canary)) continue;
      this.#leaks.push({ to: this.name, canary, message });
    }
  }
}

/** Who makes a channel is told its id, even where they may not see it. */
function isOwnMake(request: string, answer: string, canary: string): boolean {
  if (!request.includes('"channel.create"')) return false;
  const { result } = JSON.parse(answer) as { result?: { channel?: { id: string } } };
  return result?.channel?.id === canary;
}
