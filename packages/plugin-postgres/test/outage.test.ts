import type { StoreSet } from '@sidetone/core';
import { createSqlStores, migrateStores, type SqlDatabase } from '@sidetone/sql-stores';
import {
  createRecordingLogger,
  createTcpImpairment,
  startPostgres,
  waitFor,
  type RecordingLogger,
  type TcpImpairment,
  type TestDatabase,
  type TestPostgres,
} from '@sidetone/testkit';
import { SystemClock } from '@sidetone/core';
import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { openPostgres } from '@sidetone/plugin-postgres';

const SETTLE_MS = 2_000;
const RECOVER_MS = 3_000;
/** A connection that is being made is waited for, and one farewell after that. */
const CLOSE_MS = 3_000;
/** The test itself, on a busy machine. */
const GRACE_MS = 500;

describe('While PostgreSQL is gone', function () {
  this.timeout(60_000);

  let postgres: TestPostgres;
  let empty: TestDatabase;
  let proxy: TcpImpairment;
  let database: SqlDatabase;
  let close: () => Promise<void>;
  let stores: StoreSet;
  let log: RecordingLogger;

  before(async () => {
    postgres = await startPostgres();
    empty = await postgres.createDatabase();
  });

  after(() => postgres.close());

  beforeEach(async () => {
    proxy = await createTcpImpairment({ target: postgres, seed: 1 });
    log = createRecordingLogger();
    const url = new URL(empty.url);
    url.port = String(proxy.port);
    ({ database, close } = await openPostgres({ url: url.href, maxConnections: 4 }, log));
    await migrateStores(database);
    stores = createSqlStores({ database, clock: new SystemClock(), log });
    // All connections of the pool are open, and idle.
    await Promise.all(Array.from({ length: 8 }, () => stores.organizations.load()));
  });

  afterEach(async () => {
    await close();
    await proxy.close();
  });

  it('every call fails in time with a retryable code, and works again after a stop and a start', async () => {
    await postgres.stop();
    await expectOutage(stores, database);
    await postgres.start();
    await expectRecovery(stores, database);
  });

  it('every call fails in time when nothing comes back and nothing is refused, and works again', async () => {
    proxy.halfOpen();
    await expectOutage(stores, database);
    // Also those that come later, which need connections that cannot be made.
    await expectOutage(stores, database);
    proxy.heal();
    await expectRecovery(stores, database);
  });

  it('every call fails in time when connections are refused, and works again', async () => {
    proxy.block();
    proxy.cut();
    await expectOutage(stores, database);
    proxy.heal();
    await expectRecovery(stores, database);
  });

  it('a terminated connection is replaced, and the next call works', async () => {
    const other = await openPostgres({ url: empty.url, maxConnections: 1 }, log);
    for (let round = 0; round < 5; round++) {
      await Promise.all(Array.from({ length: 4 }, () => stores.organizations.load()));
      await other.database.inOrganization(null, (trx) =>
        trx.raw(
          `select pg_terminate_backend(pid, 5000) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()`,
        ),
      );
      await stores.organizations.load();
    }
    await other.close();
  });

  it('work that was under way fails, and is all done or not at all', async () => {
    const id = randomUUID();
    const attempt = database.inOrganization(null, async (trx) => {
      await trx('sidetone_account').insert({
        id,
        name: id,
        name_key: id,
        display_name: 'Ada',
        disabled: false,
        administrator: false,
        created_at: 1,
        version: 1,
      });
      proxy.halfOpen();
      await trx.raw('select 1');
    });
    expect(await codeAndTime(attempt)).to.include({ code: 'ERR_STORE_UNAVAILABLE' });
    proxy.heal();
    expect(await stores.accounts.get(id)).to.equal(null);
  });

  it('work that waits for something else than the database is ended, and holds no connection', async () => {
    const attempts = Array.from({ length: 8 }, () =>
      codeAndTime(database.inOrganization(null, () => new Promise<never>(() => {}))),
    );
    for (const { code, tookMs } of await Promise.all(attempts)) {
      expect(code).to.equal('ERR_STORE_UNAVAILABLE');
      expect(tookMs).to.be.lessThan(SETTLE_MS + GRACE_MS);
    }
    await stores.organizations.load();
  });

  it('audit entries wait for its return, in their order', async () => {
    const organizationId = randomUUID();
    const actor = { kind: 'program', name: 'test' } as const;
    const append = (action: string): void =>
      stores.auditLog.append({
        at: 1,
        organizationId,
        actor,
        action,
        details: {},
        outcome: 'committed',
      });
    append('first');
    await stores.auditLog.flush();
    proxy.block();
    proxy.cut();
    append('second');
    append('third');
    await codeAndTime(stores.organizations.load());
    proxy.heal();
    await waitFor(async () => (await stores.auditLog.list(organizationId, 10)).length === 3);
    const kept = await stores.auditLog.list(organizationId, 10);
    expect(kept.map(({ action }) => action)).to.deep.equal(['third', 'second', 'first']);
    expect(log.messages('error')).to.deep.equal([]);
  });

  it('a flush gives up audit entries, and says so', async () => {
    proxy.halfOpen();
    stores.auditLog.append({
      at: 1,
      organizationId: randomUUID(),
      actor: { kind: 'program', name: 'test' },
      action: 'channel.create',
      details: {},
      outcome: 'committed',
    });
    await stores.auditLog.flush();
    expect(log.messages('error')).to.deep.equal(['1 audit entries are lost: the database is gone']);
  });

  it('closing does not wait for its return', async () => {
    proxy.halfOpen();
    const startMs = performance.now();
    await close();
    expect(performance.now() - startMs).to.be.lessThan(CLOSE_MS + GRACE_MS);
  });
});

interface Outcome {
  readonly code: string;
  readonly tookMs: number;
}

async function codeAndTime(attempt: Promise<unknown>): Promise<Outcome> {
  const startMs = performance.now();
  try {
    await attempt;
    return { code: 'none', tookMs: performance.now() - startMs };
  } catch (error) {
    const { code } = error as { code?: unknown };
    return { code: String(code), tookMs: performance.now() - startMs };
  }
}

/** Reads and writes, global ones and those of an organization, more than the pool has connections. */
function calls(stores: StoreSet): readonly Promise<unknown>[] {
  const id = randomUUID();
  return [
    stores.accounts.get(id),
    stores.accounts.findByName('Ada'),
    stores.credentials.get(id, 'password'),
    stores.settings.get(id),
    stores.organizations.load(),
    stores.organizations.put({
      id,
      name: id,
      admission: 'open',
      participantLimit: null,
      channelLimit: null,
      version: 0,
    }),
    stores.members.list(id, { limit: 10 }),
    stores.members.organizationsOf(id),
    stores.channels.load(id),
    stores.channels.deleteSubtree(id, id),
    stores.roles.load(id),
    stores.roles.unassign({ organizationId: id, roleId: id, userId: id }),
    stores.bans.list(id, 0),
    stores.invites.findByCode('x'.repeat(43)),
    stores.invites.use(id, id, id, 0),
    stores.idempotency.get(id, id),
    stores.resumeTokens.findByToken('x'),
    stores.auditLog.list(id, 10),
  ];
}

async function expectOutage(stores: StoreSet, database: SqlDatabase): Promise<void> {
  const health = database.health.check();
  for (const { code, tookMs } of await Promise.all(calls(stores).map(codeAndTime))) {
    expect(code).to.equal('ERR_STORE_UNAVAILABLE');
    expect(tookMs).to.be.lessThan(SETTLE_MS + GRACE_MS);
  }
  expect(await health).to.include({ ok: false });
}

async function expectRecovery(stores: StoreSet, database: SqlDatabase): Promise<void> {
  const startMs = performance.now();
  await waitFor(
    async () => {
      const outcomes = await Promise.all(calls(stores).map(codeAndTime));
      return outcomes.every(({ code }) => code === 'none');
    },
    { timeoutMs: RECOVER_MS + GRACE_MS },
  );
  expect(performance.now() - startMs).to.be.lessThan(RECOVER_MS + GRACE_MS);
  expect(await database.health.check()).to.include({ ok: true });
}
