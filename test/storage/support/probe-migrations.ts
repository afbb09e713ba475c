import type { SqlMigration } from '@sidetone/sql-stores';

/** Migrations of an owner called `probe`; `inside` runs in the middle of the last one. */
export function probeMigrations(inside: () => Promise<void>): readonly SqlMigration[] {
  return [
    {
      name: '001_before',
      up: (trx) =>
        trx.schema.createTable('probe_before', (table) => {
          table.increments('id');
        }),
    },
    {
      name: '002_long',
      async up(trx) {
        await trx.schema.createTable('probe_long', (table) => {
          table.text('word').notNullable();
        });
        await trx('probe_long').insert({ word: 'half' });
        await inside();
        await trx('probe_long').insert({ word: 'done' });
      },
    },
  ];
}
