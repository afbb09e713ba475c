import type { SqlMigration } from '../database/sql-database.js';

const FREE_NET = JSON.stringify({
  floorMode: 'open',
  minTalkPriority: 0,
  maxTransmissionMs: null,
  replay: true,
});

/** How people talk on channels, which ask for passwords, and what nets a role brings. */
export const nets: SqlMigration = {
  name: '003_nets',
  async up(trx) {
    await trx.schema.alterTable('sidetone_channel', (table) => {
      table.text('password_hash');
      table.text('net').notNullable().defaultTo(FREE_NET);
    });
    await trx.schema.alterTable('sidetone_role', (table) => {
      table.text('net_plan').notNullable().defaultTo('[]');
    });
  },
};
