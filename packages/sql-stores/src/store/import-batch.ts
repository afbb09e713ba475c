import {
  importRecords,
  type PortableKind,
  type PortableKinds,
  type PortableRecord,
} from '@sidetone/core';
import type { Knex } from 'knex';
import type { SqlDatabase } from '../database/sql-database.js';

/** Few enough for the time that one transaction has, on a slow network too. */
const BATCH = 100;

type Write = (trx: Knex.Transaction) => Promise<void>;

/** How a store writes a line of each kind that it knows. */
export type SqlIntake<K extends PortableKind> = {
  readonly [Kind in K]: (trx: Knex.Transaction, record: PortableKinds[Kind]) => Promise<void>;
};

/** The `import` of a store, some lines in one transaction. */
export async function importInBatches<K extends PortableKind>(
  database: SqlDatabase,
  records: AsyncIterable<PortableRecord>,
  intake: SqlIntake<K>,
): Promise<void> {
  let batch: Write[] = [];
  const write = async (): Promise<void> => {
    const writes = batch;
    batch = [];
    await database.inOrganization(null, async (trx) => {
      for (const each of writes) await each(trx);
    });
  };
  const collect = Object.fromEntries(
    Object.keys(intake).map((kind) => [
      kind,
      async (record: never) => {
        batch.push((trx) => intake[kind as K](trx, record));
        if (batch.length >= BATCH) await write();
      },
    ]),
  );
  await importRecords(records, collect as unknown as Parameters<typeof importRecords<K>>[1]);
  if (batch.length > 0) await write();
}
