import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { portableStores, SystemClock, type StoreSet } from '@sidetone/core';
import { openPostgres } from '@sidetone/plugin-postgres';
import { openSqlite } from '@sidetone/plugin-sqlite';
import { createSqlStores, migrateStores } from '@sidetone/sql-stores';
import { createRecordingLogger } from '@sidetone/testkit';
import { expect } from 'chai';
import {
  createStorage,
  openStores,
  type OpenStores,
  type TestStorage,
} from '../support/sql-backend.js';
import { fillOrganization } from './support/tenant.js';

const ORGANIZATIONS = 3;
const PASSWORD = 'secret';

interface OwnedDatabase {
  /** As its owner, who is no superuser. */
  readonly url: string;
}

describe('A backup', function () {
  this.timeout(120_000);

  let folder: string;
  const closers: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sidetone-backup-'));
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
    await rm(folder, { recursive: true, force: true });
  });

  const empty = async (backend: 'sqlite' | 'postgres'): Promise<TestStorage> => {
    const storage = await createStorage(backend);
    closers.push(() => storage.dispose());
    return storage;
  };

  /** A fresh database of a new role that may log in and no more, as an operator makes it. */
  const ownedDatabase = async (): Promise<OwnedDatabase> => {
    const storage = await empty('postgres');
    const name = `owner_${randomUUID().replaceAll('-', '')}`;
    const { database, close } = await storage.open();
    await database.inOrganization(null, async (trx) => {
      await trx.raw(`do $$ begin create role sidetone_tenant nologin;
        exception when duplicate_object or unique_violation then null; end $$`);
      await trx.raw(`create role ${name} login password '${PASSWORD}'`);
      await trx.raw(`grant sidetone_tenant to ${name}`);
      await trx.raw(`grant create on schema public to ${name}`);
    });
    await close();
    const url = new URL(storage.location);
    url.username = name;
    url.password = PASSWORD;
    return { url: url.href };
  };

  const open = async ({ url }: OwnedDatabase): Promise<OpenStores> => {
    const log = createRecordingLogger();
    const { database, close } = await openPostgres({ url }, log);
    closers.push(close);
    await migrateStores(database);
    const stores = createSqlStores({ database, clock: new SystemClock(), log });
    return { database, stores, close };
  };

  it('of SQLite is one file, written while the server goes on', async () => {
    const { database, stores } = await openStores(await empty('sqlite'));
    for (let at = 0; at < ORGANIZATIONS; at += 1) await fillOrganization(stores);
    const before = await exported(stores);
    const file = join(folder, 'copy.db');
    await database.knex.raw('vacuum into ?', [file]);
    await fillOrganization(stores);
    expect(await exported(stores)).to.not.deep.equal(before);

    const copy = await openSqlite({ file });
    closers.push(copy.close);
    await migrateStores(copy.database);
    const parts = { clock: new SystemClock(), log: createRecordingLogger() };
    const restored = createSqlStores({ database: copy.database, ...parts });
    expect(await exported(restored)).to.deep.equal(before);
  });

  // What pg_dump asks of the database, on a machine that has no pg_dump as well.
  it('of PostgreSQL is refused to the owner of the tables, or whole where everything is asked for', async () => {
    const { database, stores } = await open(await ownedDatabase());
    for (let at = 0; at < ORGANIZATIONS; at += 1) await fillOrganization(stores);
    const rows = (setting: string): Promise<unknown[]> =>
      database.knex.transaction(async (trx) => {
        await trx.raw(setting);
        const found: unknown[] = await trx('sidetone_organization').select('id');
        return found;
      });
    const refusal = await rows('set local row_security = off').catch((error: unknown) => error);
    expect(String(refusal)).to.match(/row-level security/);
    expect(await rows("set local sidetone.scope = 'all'")).to.have.lengthOf(ORGANIZATIONS);
    expect(await rows("set local sidetone.scope = 'none'")).to.deep.equal([]);
  });

  it('of PostgreSQL, by pg_dump as its owner, goes into a fresh database of somebody else', async () => {
    const programs = findPrograms();
    if (programs === null) {
      console.log('      pg_dump and pg_restore are not on this machine; this backup is not tried');
      return;
    }
    const source = await ownedDatabase();
    const { stores } = await open(source);
    for (let at = 0; at < ORGANIZATIONS; at += 1) await fillOrganization(stores);
    const before = await exported(stores);
    const file = join(folder, 'sidetone.dump');
    const dump = (args: readonly string[], options: string): ReturnType<typeof run> =>
      run(join(programs, 'pg_dump'), ['-Fc', '-f', file, ...args, source.url], options);

    // Row-level security holds for the owner too: without a word it is half a backup, or none.
    const plain = dump([], '');
    expect(plain.stderr).to.match(/row-level security/);
    expect(plain.status).to.not.equal(0);
    const whole = dump(['--enable-row-security'], '-c sidetone.scope=all');
    expect(whole.status, whole.stderr).to.equal(0);

    const target = await ownedDatabase();
    const args = ['--no-owner', '--no-privileges', '--exit-on-error', '-d', target.url, file];
    const restore = run(join(programs, 'pg_restore'), args, '');
    expect(restore.status, restore.stderr).to.equal(0);

    const restored = await open(target);
    expect(await exported(restored.stores)).to.deep.equal(before);
    const rows = await restored.database.inOrganization(null, (trx) =>
      trx('sidetone_organization').select<{ id: string }[]>('id'),
    );
    expect(rows).to.have.lengthOf(ORGANIZATIONS);
    for (const { id } of rows) {
      const seen = await restored.database.inOrganization(id, (trx) =>
        trx('sidetone_channel').distinct('organization_id'),
      );
      expect(seen).to.deep.equal([{ organization_id: id }]);
    }
    expect(await restored.database.knex('sidetone_channel')).to.deep.equal([]);
  });
});

function run(
  program: string,
  args: readonly string[],
  options: string,
): { readonly status: number | null; readonly stderr: string } {
  const { status, stderr, error } = spawnSync(program, args, {
    env: { PATH: process.env.PATH, LC_ALL: 'C', PGOPTIONS: options },
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, stderr: error ? String(error) : stderr };
}

/** The folder of the newest pg_dump. The package that brings the server of the tests has none. */
function findPrograms(): string | null {
  const parent = '/usr/lib/postgresql';
  const versions = existsSync(parent) ? readdirSync(parent) : [];
  versions.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  const chosen = process.env.SIDETONE_POSTGRES ?? '';
  const folders = [
    ...(chosen === '' ? [] : [chosen]),
    ...versions.map((version) => join(parent, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  const isThere = (folder: string): boolean =>
    ['pg_dump', 'pg_restore'].every((name) => existsSync(join(folder, name)));
  return folders.find(isThere) ?? null;
}

async function exported(stores: StoreSet): Promise<readonly string[]> {
  await stores.auditLog.flush();
  const lines: string[] = [];
  for (const name of portableStores) {
    for await (const line of stores[name].export()) lines.push(`${name} ${JSON.stringify(line)}`);
  }
  return lines;
}
