import { waitFor } from '@sidetone/testkit';
import { wallTime, type Hearing } from '../support/hearing.js';
import { ImpairedOperation } from '../support/impaired-operation.js';
import { lasting } from '../support/lasting.js';
import { PlainLine } from '../support/plain-line.js';
import { probe, type Probe } from '../support/probe.js';
import type { BreakableDatabase, DatabaseFault } from './database-fault.js';

const PROBE_EVERY_MS = 250;
/** Longer than is promised, so that it is the promise that is measured. */
const PATIENCE_MS = 20_000;
export const USER = { name: 'Clerk', password: 'the clerk has this pass phrase' };
const SIGN_IN = { method: 'password', credentials: USER };

export interface DatabaseGone {
  /** Connections to the database that the fault has struck. */
  readonly struck: number;
  /** From the fault on until the order to end it: writes and logins, in turn. */
  readonly during: readonly Probe[];
  /** Reads of what the server has in memory, meanwhile. */
  readonly cached: readonly Probe[];
  /** From its return until everything was done at the first asking. */
  readonly wellAfterMs: number;
  readonly after: readonly Probe[];
  /** Of the listener, whose control connection was cut meanwhile. */
  readonly sessions: { readonly before: string; readonly after: string };
  readonly returns: number;
  readonly said: number;
  readonly heard: readonly Hearing[];
  /** The same process as before. */
  readonly survived: boolean;
  readonly uncaught: readonly string[];
  /** All that the server said. */
  readonly log: string;
  /** The topic that was written last. */
  readonly keptTopic: string | undefined;
  readonly writtenTopic: string;
}

/** The database of a running server goes away, and comes back. */
export async function databaseGone(
  database: BreakableDatabase,
  fault: DatabaseFault,
  goneMs: number,
): Promise<DatabaseGone> {
  const operation = await ImpairedOperation.start({
    database: database.url,
    password: { registration: 'open' },
    everybodyEdits: true,
    keepLog: true,
  });
  try {
    return await new Outage(operation, database).run(fault, goneMs);
  } finally {
    await database.repair();
    await operation.end();
  }
}

class Outage {
  readonly #operation: ImpairedOperation;
  readonly #database: BreakableDatabase;
  readonly #lines: PlainLine[] = [];
  #topics = 0;
  #channel = '';

  constructor(operation: ImpairedOperation, database: BreakableDatabase) {
    this.#operation = operation;
    this.#database = database;
  }

  async run(fault: DatabaseFault, goneMs: number): Promise<DatabaseGone> {
    const { people, server, control } = this.#operation;
    const before = await this.#gather();
    const struck = await this.#database.strike(fault);
    const goneUntil = wallTime() + goneMs;
    const during: Probe[] = [];
    const cached: Probe[] = [];
    control.cut();
    while (wallTime() < goneUntil) {
      during.push(await this.#write(), await this.#logIn());
      cached.push(await this.#comeAsGuest(), await this.#listOrganizations());
      await lasting(PROBE_EVERY_MS);
    }
    const sessionAfter = (await people.call('view', 'Listener')).session;
    await this.#database.repair();
    const { wellAfterMs, after } = await this.#whenWell();

    const said = await people.call('hush', 'Talker');
    await waitFor(async () => ((await people.call('heard', 'Listener'))[0]?.frames ?? 0) >= said, {
      timeoutMs: 2_000,
    }).catch(() => undefined);
    const kept = await server.call('kept', {});
    return {
      struck,
      during,
      cached,
      wellAfterMs,
      after,
      sessions: { before, after: sessionAfter },
      returns: (await people.call('outages', 'Listener')).filter(({ backAt }) => backAt).length,
      said,
      heard: await people.call('heard', 'Listener'),
      survived: server.running,
      uncaught: await server.call('uncaught'),
      log: (await server.call('logged')).join('\n'),
      keptTopic: kept.channels.find(({ id }) => id === this.#channel)?.topic,
      writtenTopic: `topic ${this.#topics}`,
    };
  }

  /** Somebody who talks, somebody who listens and will be cut off, and a user with an account. */
  async #gather(): Promise<string> {
    const { people, server, directUrl } = this.#operation;
    const channels = ['Command'];
    const transport = 'udp';
    await this.#operation.person({ name: 'Talker', transport, channels, url: directUrl });
    const before = await this.#operation.person({ name: 'Listener', transport, channels });
    await server.call('addUser', USER);
    const clerk = await this.#open();
    const { error } = await clerk.signIn(SIGN_IN);
    if (error) throw error;
    const kept = await server.call('kept', {});
    this.#channel = kept.channels.find(({ name }) => name === 'Ground')?.id ?? '';
    await people.call('talk', { name: 'Talker', channels, speaker: 'charlie' });
    await waitFor(async () => (await people.call('heard', 'Listener')).length === 1);
    return before;
  }

  async #open(): Promise<PlainLine> {
    const line = await PlainLine.open(this.#operation.directUrl);
    this.#lines.push(line);
    return line;
  }

  #write(): Promise<Probe> {
    this.#topics += 1;
    const params = { channel: this.#channel, topic: `topic ${this.#topics}` };
    return probe('write', async () => {
      const [clerk] = this.#lines;
      if (!clerk) throw new Error('the clerk has not come yet');
      return clerk.request('channel.update', params);
    });
  }

  async #logIn(): Promise<Probe> {
    const line = await PlainLine.open(this.#operation.directUrl);
    try {
      return await probe('login', () => line.signIn(SIGN_IN));
    } finally {
      line.cut();
    }
  }

  /** Its answer is who and what is there. */
  async #comeAsGuest(): Promise<Probe> {
    const line = await PlainLine.open(this.#operation.directUrl);
    try {
      const guest = { method: 'guest', credentials: { name: 'Passer-by' } };
      return await probe('guest', () => line.signIn(guest));
    } finally {
      line.cut();
    }
  }

  #listOrganizations(): Promise<Probe> {
    return probe('organizations', async () => {
      const [clerk] = this.#lines;
      if (!clerk) throw new Error('the clerk has not come yet');
      return clerk.request('organization.list', {});
    });
  }

  async #whenWell(): Promise<Pick<DatabaseGone, 'wellAfterMs' | 'after'>> {
    const returnedAt = wallTime();
    const after: Probe[] = [];
    for (;;) {
      const round = [await this.#write(), await this.#logIn()];
      after.push(...round);
      const wellAfterMs = wallTime() - returnedAt;
      const well = round.every(({ code }) => code === 'done');
      if (well || wellAfterMs > PATIENCE_MS) return { wellAfterMs, after };
      await lasting(PROBE_EVERY_MS / 5);
    }
  }
}
