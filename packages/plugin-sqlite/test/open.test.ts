import { AccountStore, AuditLog, HealthCheck, OrganizationStore } from '@sidetone/core';
import { openSqlite, sqlite } from '@sidetone/plugin-sqlite';
import { SqlDatabase } from '@sidetone/sql-stores';
import { mountPlugin } from '@sidetone/testkit';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ORGANIZATION = {
  id: '00000000-0000-4000-8000-000000000002',
  name: 'Main',
  admission: 'open',
  participantLimit: null,
  channelLimit: null,
  version: 0,
} as const;

describe('A SQLite file', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sidetone-sqlite-'));
    file = join(folder, 'sidetone.db');
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is opened, migrated and closed with the plugin, which writes its audit log first', async () => {
    const plugin = await mountPlugin(sqlite({ file }));
    await plugin.get(OrganizationStore).put(ORGANIZATION);
    plugin.get(AuditLog).append({
      at: 1,
      organizationId: ORGANIZATION.id,
      actor: { kind: 'program', name: 'test' },
      action: 'channel.create',
      details: {},
      outcome: 'committed',
    });
    expect(await plugin.get(HealthCheck).check()).to.include({ ok: true });
    await plugin.close();
    const closed = plugin.get(AccountStore).findByName('Ada');
    expect(await failureOf(closed)).to.include({ code: 'ERR_STORE_UNAVAILABLE' });
    expect(await plugin.get(HealthCheck).check()).to.include({ ok: false });

    const again = await mountPlugin(sqlite({ file }));
    expect(await again.get(AuditLog).list(ORGANIZATION.id, 10)).to.have.length(1);
    await again.close();
  });

  it('waits for the disk at each commit, in a log that readers do not wait for', async () => {
    const { database, close } = await openSqlite({ file });
    const pragma = async (name: string): Promise<unknown> =>
      Object.values((await database.knex.raw<object[]>(`pragma ${name}`))[0] ?? {})[0];
    expect(await pragma('journal_mode')).to.equal('wal');
    expect(await pragma('synchronous')).to.equal(2);
    expect(await pragma('foreign_keys')).to.equal(1);
    await close();
  });

  it('that another program writes to fails in time with a retryable code, blocks nothing meanwhile, and works afterwards', async () => {
    const plugin = await mountPlugin(sqlite({ file, operationTimeoutMs: 400 }));
    const organizations = plugin.get(OrganizationStore);
    const other = new Database(file);
    other.exec('begin immediate');
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 10);
    const startMs = performance.now();
    const failure = await failureOf(organizations.put(ORGANIZATION));
    clearInterval(ticking);
    expect(failure).to.include({ code: 'ERR_STORE_UNAVAILABLE' });
    expect(performance.now() - startMs).to.be.lessThan(2_000);
    expect(turns, 'the event loop went on').to.be.greaterThan(2);
    expect(await organizations.load(), 'reading goes on').to.deep.equal([]);
    other.exec('commit');
    other.close();
    expect(await organizations.put(ORGANIZATION)).to.equal(1);
    await plugin.close();
  });

  it('that another program writes to for a moment is written to after that', async () => {
    const plugin = await mountPlugin(sqlite({ file }));
    const other = new Database(file);
    other.exec('begin immediate');
    const written = plugin.get(OrganizationStore).put(ORGANIZATION);
    await plugin.get(OrganizationStore).load();
    other.exec('commit');
    other.close();
    expect(await written).to.equal(1);
    await plugin.close();
  });

  it('is rolled back when the work fails, and works on', async () => {
    const plugin = await mountPlugin(sqlite({ file }));
    const database = plugin.get(SqlDatabase);
    const failed = database.inOrganization(null, async (trx) => {
      await trx('sidetone_installation').delete();
      throw new Error('changed its mind');
    });
    expect((await failureOf(failed)).message).to.equal('changed its mind');
    const hung = database.inOrganization(null, async (trx) => {
      await trx('sidetone_installation').delete();
      return new Promise<never>(() => {});
    });
    expect(await failureOf(hung)).to.include({ code: 'ERR_STORE_UNAVAILABLE' });
    const left = database.inOrganization(null, (trx) => trx('sidetone_installation'));
    expect(await left).to.have.length(1);
    await plugin.close();
  });

  it('that is none, or lies nowhere, is said so', async () => {
    await writeFile(
      file,
      'This is no database, and long enough to be looked at as one. '.repeat(20),
    );
    for (const path of [file, join(folder, 'nowhere', 'sidetone.db'), folder]) {
      const failure = await failureOf(openSqlite({ file: path }));
      expect(failure).to.include({ code: 'ERR_SQLITE_OPEN' });
      expect(failure.message).to.include(`"${path}"`);
    }
  });
});

async function failureOf(attempt: Promise<unknown>): Promise<Error> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it did not fail');
}
