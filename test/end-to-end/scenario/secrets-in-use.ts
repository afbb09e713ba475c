import { randomBytes, randomUUID } from 'node:crypto';
import { waitFor } from '@sidetone/testkit';
import { databaseText } from '../../support/database-text.js';
import type { TestStorage } from '../../support/sql-backend.js';
import type { ChildProgram } from '../support/child-program.js';
import { PlainLine, type Answer } from '../support/plain-line.js';
import type { ServerCalls } from '../support/server-program.js';
import { startServer } from '../support/stored-server.js';

export interface SecretsInUse {
  /** What nobody but its owner may see, by what it is. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Where none of it may be, by where. */
  readonly places: ReadonlyMap<string, string>;
}

/** Longer than a stray match could be. */
const KEY = /^[A-Za-z0-9_-]{43}$/;

/** People use all that is secret, rightly and wrongly, on a server that keeps all of its words. */
export async function secretsInUse(storage: TestStorage): Promise<SecretsInUse> {
  const settings = {
    database: storage.location,
    password: { registration: 'invite', blockedWords: ['Sidetone'] },
    everybodyEdits: true,
  } as const;
  const { server, url } = await startServer(settings);
  const use = new Use(server, url);
  const places = new Map<string, string>();
  try {
    await use.everything();
    places.set('the log', (await server.call('logged')).join('\n'));
    places.set('the facts', (await server.call('told')).join('\n'));
    places.set('the exceptions', (await server.call('uncaught')).join('\n'));
  } finally {
    await server.kill();
  }
  places.set('the errors', use.errors.join('\n'));
  places.set('what others hear', use.heardByOthers);
  places.set('the database', await databaseText(storage));
  return { secrets: use.secrets, places };
}

class Use {
  readonly #server: ChildProgram<ServerCalls>;
  readonly #url: string;
  readonly #witnesses: PlainLine[] = [];
  readonly secrets = new Map<string, string>();
  readonly errors: string[] = [];

  constructor(server: ChildProgram<ServerCalls>, url: string) {
    this.#server = server;
    this.#url = url;
  }

  get heardByOthers(): string {
    return this.#witnesses.flatMap(({ heard }) => heard).join('\n');
  }

  async everything(): Promise<void> {
    const witness = await PlainLine.open(this.#url);
    this.#witnesses.push(witness);
    const { result } = await witness.signIn({ method: 'guest', credentials: { name: 'Witness' } });
    const own = new Set(keysIn(result));
    const ada = await this.#register();
    await this.#signInWrongly();
    await this.#changePassword(ada);
    await this.#talkAndResume(ada);
    await this.#server.call('setPassword', {
      userId: await this.#server.call('addUser', {
        name: 'Bob',
        password: this.#password('first of Bob'),
      }),
      password: this.#password('second of Bob'),
    });
    // A witness knows its own.
    for (const [name, secret] of this.secrets) if (own.has(secret)) this.secrets.delete(name);
    await waitFor(async () => this.heardByOthers.includes('Extra'));
  }

  async #register(): Promise<PlainLine> {
    const invite = await this.#server.call('invite');
    this.secrets.set('invite', invite);
    const ada = await PlainLine.open(this.#url);
    const credentials = { name: 'Ada', password: this.#password('of Ada'), invite };
    const weak = { name: 'Ada', password: this.#password('weak', 8), invite };
    this.#note(await ada.signIn({ method: 'register', credentials: weak }), 'refused');
    const wrong = { ...credentials, invite: this.#password('guessed invite') };
    this.#note(await ada.signIn({ method: 'register', credentials: wrong }), 'refused');
    this.#note(await ada.signIn({ method: 'register', credentials }), 'registration');
    return ada;
  }

  async #signInWrongly(): Promise<void> {
    const line = await PlainLine.open(this.#url);
    const password = this.#password('wrong');
    for (const params of [
      { method: 'password', credentials: { name: 'Ada', password } },
      { method: 'password', credentials: { name: 'Nobody', password } },
      { method: 'password', credentials: { name: 'Ada', password: { text: password } } },
      { method: 'nothing', credentials: { name: 'Ada', password } },
    ]) {
      this.#note(await line.signIn(params), 'refused');
    }
    line.cut();
  }

  async #changePassword(ada: PlainLine): Promise<void> {
    const current = this.secrets.get('password of Ada');
    const next = this.#password('next of Ada');
    const wrong = this.#password('no more');
    const key = randomUUID();
    this.#note(await ada.request('password.change', { current: wrong, next }), 'refused');
    this.#note(await ada.request('password.change', { current, next, key }), 'change');
  }

  async #talkAndResume(ada: PlainLine): Promise<void> {
    const made = await ada.request('channel.create', {
      parent: null,
      name: 'Extra',
      key: randomUUID(),
    });
    this.#note(made, 'channel');
    const { id } = made.result?.channel as { readonly id: string };
    this.#note(await ada.request('channel.join', { channel: id, key: randomUUID() }), 'join');
    const target = { channels: [id] };
    this.#note(await ada.request('talk.register', { target, key: randomUUID() }), 'target');
    this.#note(await ada.request('settings.put', { document: {}, version: 0 }), 'settings');
    ada.cut();
    const token = this.secrets.get('resumeToken of registration') ?? '';
    const { instance } = ada;
    let again = await PlainLine.open(this.#url);
    this.#note(await again.request('session.resume', { token, instance, lastSeq: null }), 'resume');
    await again.request('session.setState', { muted: true });
    again = await PlainLine.open(this.#url);
    this.#note(await again.request('session.resume', { token, instance, lastSeq: null }), 'theft');
    // Written behind, several changes at once where they come quickly.
    await waitFor(async () => ((await this.#server.call('metrics'))['resumable.written'] ?? 0) > 0);
  }

  #password(what: string, length = 24): string {
    const password = randomBytes(length).toString('base64url').slice(0, length);
    this.secrets.set(`password ${what}`, password);
    return password;
  }

  /** Secrets of a result, by their names; an error whole. */
  #note(answer: Answer, what: string): void {
    if (answer.error) {
      const { code, message, details } = answer.error;
      this.errors.push(JSON.stringify({ what, code, message, details }));
      return;
    }
    for (const [name, secret] of secretsOf(answer.result)) {
      this.secrets.set(`${name} of ${what}`, secret);
    }
  }
}

/** Whatever looks like 256 bits, with the name it has. */
function secretsOf(value: unknown, name = ''): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return KEY.test(value) ? [[name, value]] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => secretsOf(each, key));
}

function keysIn(value: unknown): readonly string[] {
  return secretsOf(value).map(([, secret]) => secret);
}
