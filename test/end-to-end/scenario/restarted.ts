import type { ResumableSession } from '@sidetone/core';
import { waitFor } from '@sidetone/testkit';
import { createStorage, type SqlBackendName, type TestStorage } from '../../support/sql-backend.js';
import type { KeptOrganization } from '../support/administration-calls.js';
import type { Hearing } from '../support/hearing.js';
import { ImpairedOperation } from '../support/impaired-operation.js';
import { PlainLine, type Answer, type Credentials } from '../support/plain-line.js';
import type { View } from '../support/people-program.js';

const USER = { name: 'Keeper', password: 'the keeper has this pass phrase' };
const DOCUMENT = { gain: { Flight: -6 }, key: 'F8' };

/** Frames after the restart, to show that the talker is heard again. */
const HEARD_AGAIN = 25;

interface Seen {
  readonly own: KeptOrganization;
  readonly tenant: KeptOrganization;
  readonly settings: Answer;
}

export interface Restarted {
  readonly processes: readonly number[];
  readonly before: Seen;
  readonly after: Seen;
  /** Of the listener. */
  readonly viewBefore: View;
  readonly viewAfter: View;
  readonly sessions: { readonly before: readonly string[]; readonly after: readonly string[] };
  /** Of the sessions that ended or began again, as the listener was told. */
  readonly told: readonly string[];
  /** What the listener heard, by session. */
  readonly heard: readonly Hearing[];
  /** Answers to a registration before, and to the resume of a plain client after it. */
  readonly target: Answer;
  readonly resumed: Answer;
  readonly uncaught: readonly string[];
}

/** A server is killed and another one takes its place, with the same database. */
export async function restarted(backend: SqlBackendName): Promise<Restarted> {
  const storage = await createStorage(backend);
  const operation = await ImpairedOperation.start({
    database: storage.location,
    password: { registration: 'closed' },
    everybodyEdits: true,
    keepLog: true,
  });
  try {
    return await run(operation, storage);
  } finally {
    await operation.end();
    await storage.dispose();
  }
}

async function run(operation: ImpairedOperation, storage: TestStorage): Promise<Restarted> {
  const { people, server, directUrl: url } = operation;
  const userId = await server.call('addUser', USER);
  const tenant = await server.call('addOrganization', { name: 'Tenant', members: [userId] });
  const asKeeper: Credentials = { method: 'password', credentials: USER, organization: 'Tenant' };
  const keeper = await PlainLine.open(url);
  const signedIn = await keeper.signIn(asKeeper);
  await keeper.request('settings.put', { document: DOCUMENT, version: 0 });
  await keeper.request('channel.create', { parent: null, name: 'Extra', topic: 'of the keeper' });
  const [net] = (await server.call('kept', { organizationId: tenant })).channels;
  await keeper.request('channel.join', { channel: net?.id });
  const target = await keeper.request('talk.register', { target: { channels: [net?.id] } });

  const channels = ['Command', 'Flight'];
  const talker = { name: 'Talker', transport: 'udp' } as const;
  const listener = { name: 'Listener', transport: 'udp' } as const;
  const before = [
    await operation.person({ ...talker, channels, url }),
    await operation.person({ ...listener, channels, url }),
  ];
  await people.call('setMuted', { name: 'Listener', muted: true });
  await people.call('talk', { name: 'Talker', channels: ['Command'], speaker: 'charlie' });
  await waitFor(async () => (await people.call('heard', 'Listener')).length === 1);
  const viewBefore = await people.call('view', 'Listener');
  const seenBefore = await look(operation, keeper, tenant);
  await allKept(storage);

  const replacement = await operation.prepareReplacement();
  await people.call('forgetJournal', 'Listener');
  await server.kill();
  operation.server = replacement;
  await replacement.call('start');
  await waitFor(async () => (await people.call('returns')).every((times) => times === 1), {
    timeoutMs: 30_000,
    describe: () => 'somebody is not back',
  });
  const again = await PlainLine.open(url);
  const token = signedIn.result?.resumeToken;
  const resumed = await again.request('session.resume', {
    token,
    instance: keeper.instance,
    lastSeq: null,
  });
  const framesOf = async (): Promise<number> =>
    (await people.call('heard', 'Listener')).reduce((sum, { frames }) => sum + frames, 0);
  const heardBefore = await framesOf();
  await waitFor(async () => (await framesOf()) >= heardBefore + HEARD_AGAIN, {
    timeoutMs: 15_000,
    describe: () => 'the talker is not heard again',
  });
  await people.call('hush', 'Talker');
  return {
    processes: [server.pid, replacement.pid],
    before: seenBefore,
    after: await look(operation, again, tenant),
    viewBefore,
    viewAfter: await people.call('view', 'Listener'),
    sessions: {
      before,
      after: [
        (await people.call('view', 'Talker')).session,
        (await people.call('view', 'Listener')).session,
      ],
    },
    told: await people.call('journal', 'Listener'),
    heard: await people.call('heard', 'Listener'),
    target,
    resumed,
    uncaught: await replacement.call('uncaught'),
  };
}

/** Sessions are written behind: until the database has what will be looked at. */
async function allKept(storage: TestStorage): Promise<void> {
  const { database, close } = await storage.open();
  let seen: readonly ResumableSession[] = [];
  await waitFor(
    async () => {
      const texts = await database.inOrganization(null, (trx) =>
        trx('sidetone_resumable_session').pluck<string[]>('session'),
      );
      seen = texts.map((text) => JSON.parse(text) as ResumableSession);
      const joined = seen.filter(({ memberships }) => memberships.length > 0);
      const talking = joined.filter(({ targets }) => targets.length === 1);
      return seen.length === 3 && joined.length === 3 && talking.length === 2;
    },
    { describe: () => `this was kept of sessions: ${JSON.stringify(seen)}` },
  );
  await close();
}

async function look(
  { server }: ImpairedOperation,
  keeper: PlainLine,
  organizationId: string,
): Promise<Seen> {
  return {
    own: await server.call('kept', {}),
    tenant: await server.call('kept', { organizationId }),
    settings: await keeper.request('settings.get', {}),
  };
}
