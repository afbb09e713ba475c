import {
  createMemoryStores,
  portableStores,
  type PortableRecord,
  type StoreSet,
} from '@sidetone/core';
import { createRecordingLogger } from '@sidetone/testkit';
import { expect } from 'chai';
import { createStorage, openStores, type TestStorage } from '../support/sql-backend.js';
import { fillOrganization } from './support/tenant.js';

/** More than a page of an export and a batch of an import. */
const ORGANIZATIONS = 12;
const ACCOUNTS = 600;

describe('What is exported', function () {
  this.timeout(60_000);

  const storages: TestStorage[] = [];
  const sql = async (backend: 'sqlite' | 'postgres'): Promise<StoreSet> => {
    const storage = await createStorage(backend);
    storages.push(storage);
    return (await openStores(storage)).stores;
  };

  afterEach(async () => {
    for (const storage of storages.splice(0)) await storage.dispose();
  });

  it('is the same after an import into PostgreSQL, into memory, and back into SQLite', async () => {
    const from = await sql('sqlite');
    for (let at = 0; at < ORGANIZATIONS; at++) await fillOrganization(from);
    await from.accounts.import(accounts(ACCOUNTS));
    const lines = await exported(from);
    expect(lines.length).to.be.greaterThan(ACCOUNTS + ORGANIZATIONS * 15);

    const postgres = await sql('postgres');
    await imported(postgres, lines);
    expect(await exported(postgres)).to.deep.equal(lines);

    const memory = createMemoryStores({ log: createRecordingLogger() });
    await imported(memory, await exported(postgres));
    expect(sorted(await exported(memory))).to.deep.equal(sorted(lines));

    const back = await sql('sqlite');
    await imported(back, await exported(postgres));
    expect(await exported(back)).to.deep.equal(lines);
  });
});

type Line = readonly [store: string, text: string];

/** As it is in a file: text, a line for each record. */
async function exported(stores: StoreSet): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (const name of portableStores) {
    for await (const line of stores[name].export()) lines.push([name, JSON.stringify(line)]);
  }
  return lines;
}

async function imported(stores: StoreSet, lines: readonly Line[]): Promise<void> {
  for (const name of portableStores) {
    await stores[name].import(parsed(lines.filter(([store]) => store === name)));
  }
}

async function* parsed(lines: readonly Line[]): AsyncIterable<PortableRecord> {
  for (const [, text] of lines) yield JSON.parse(text) as PortableRecord;
}

async function* accounts(count: number): AsyncIterable<PortableRecord> {
  for (let at = 0; at < count; at++) {
    const id = `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;
    const name = `user ${at}`;
    const flags = { disabled: at % 2 === 0, administrator: false };
    const record = { id, name, displayName: name, ...flags, createdAt: at, version: 1 + at };
    yield { kind: 'account', record };
  }
}

/** A store in memory has an order of its own, also of fields. */
function sorted(lines: readonly Line[]): readonly string[] {
  return lines.map(([name, text]) => `${name} ${[...text].sort().join('')} ${text.length}`).sort();
}
