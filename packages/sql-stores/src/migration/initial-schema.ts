import type { Knex } from 'knex';
import type { MigrationContext, SqlMigration } from '../database/sql-database.js';

/** All tables. Those that belong to organizations have `organization_id` first in their keys. */
export const initialSchema: SqlMigration = {
  name: '001_initial_schema',
  async up(trx, context) {
    await createAccountTables(trx);
    await createOrganizationTables(trx);
    await createRoleTables(trx);
    await createAdmissionTables(trx);
    await createSessionTables(trx);
    await createAuditTable(trx, context);
    await context.protectTenantTable('sidetone_organization', 'id');
    for (const table of TENANT_TABLES) await context.protectTenantTable(table);
  },
};

const TENANT_TABLES = [
  'sidetone_member',
  'sidetone_channel',
  'sidetone_role',
  'sidetone_role_assignment',
  'sidetone_override',
  'sidetone_ban',
  'sidetone_invite',
  'sidetone_invite_use',
  'sidetone_audit_entry',
];

async function createAccountTables(trx: Knex.Transaction): Promise<void> {
  await trx.schema.createTable('sidetone_installation', (table) => {
    table.uuid('id').primary();
    table.bigInteger('created_at').notNullable();
  });
  await trx.schema.createTable('sidetone_account', (table) => {
    table.uuid('id').primary();
    table.text('name').notNullable();
    table.text('name_key').notNullable().unique();
    table.text('display_name').notNullable();
    table.boolean('disabled').notNullable();
    table.boolean('administrator').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('version').notNullable();
  });
  await trx.schema.createTable('sidetone_credential', (table) => {
    ofAccount(table);
    table.text('kind').notNullable();
    table.text('hash').notNullable();
    table.boolean('must_change').notNullable();
    table.bigInteger('changed_at').notNullable();
    table.bigInteger('version').notNullable();
    table.primary(['user_id', 'kind']);
  });
  await trx.schema.createTable('sidetone_settings', (table) => {
    ofAccount(table);
    table.text('document').notNullable();
    table.bigInteger('version').notNullable();
    table.primary(['user_id']);
  });
}

async function createOrganizationTables(trx: Knex.Transaction): Promise<void> {
  await trx.schema.createTable('sidetone_organization', (table) => {
    table.uuid('id').primary();
    table.text('name').notNullable();
    table.text('name_key').notNullable().unique();
    table.text('admission').notNullable();
    table.bigInteger('participant_limit');
    table.bigInteger('channel_limit');
    table.bigInteger('version').notNullable();
  });
  await trx.schema.createTable('sidetone_member', (table) => {
    ofOrganization(table);
    ofAccount(table);
    table.text('display_name');
    table.bigInteger('joined_at').notNullable();
    table.bigInteger('version').notNullable();
    table.primary(['organization_id', 'user_id']);
    table.index('user_id');
  });
  await trx.schema.createTable('sidetone_channel', (table) => {
    ofOrganization(table);
    table.uuid('id').notNullable();
    table.uuid('parent_id');
    table.text('name').notNullable();
    table.text('topic').notNullable();
    table.integer('position').notNullable();
    table.bigInteger('participant_limit');
    table.boolean('sealed').notNullable().defaultTo(false);
    table.bigInteger('version').notNullable();
    table.primary(['organization_id', 'id']);
    refersTo(table, ['organization_id', 'parent_id'], 'sidetone_channel', 'id');
    table.index(['organization_id', 'parent_id']);
  });
}

async function createRoleTables(trx: Knex.Transaction): Promise<void> {
  await trx.schema.createTable('sidetone_role', (table) => {
    ofOrganization(table);
    table.uuid('id').notNullable();
    table.text('name').notNullable();
    table.text('name_key').notNullable();
    table.integer('rank').notNullable();
    table.text('permissions').notNullable();
    table.text('implicit');
    table.bigInteger('version').notNullable();
    table.primary(['organization_id', 'id']);
    table.unique(['organization_id', 'name_key']);
    table.unique(['organization_id', 'implicit']);
  });
  await trx.schema.createTable('sidetone_role_assignment', (table) => {
    table.uuid('organization_id').notNullable();
    table.uuid('role_id').notNullable();
    table.uuid('user_id').notNullable();
    table.primary(['organization_id', 'role_id', 'user_id']);
    refersTo(table, ['organization_id', 'role_id'], 'sidetone_role', 'id');
    refersTo(table, ['organization_id', 'user_id'], 'sidetone_member', 'user_id');
    table.index(['organization_id', 'user_id']);
  });
  await trx.schema.createTable('sidetone_override', (table) => {
    table.uuid('organization_id').notNullable();
    table.uuid('channel_id').notNullable();
    table.text('subject_kind').notNullable();
    table.uuid('subject_id').notNullable();
    // The subject once more, in the one of two columns that refers to what it is.
    table.uuid('role_id');
    table.uuid('user_id');
    table.text('allow').notNullable();
    table.text('deny').notNullable();
    table.boolean('here').notNullable();
    table.boolean('below').notNullable();
    table.bigInteger('version').notNullable();
    table.primary(['organization_id', 'channel_id', 'subject_kind', 'subject_id']);
    refersTo(table, ['organization_id', 'channel_id'], 'sidetone_channel', 'id');
    refersTo(table, ['organization_id', 'role_id'], 'sidetone_role', 'id');
    refersTo(table, ['organization_id', 'user_id'], 'sidetone_member', 'user_id');
    table.index(['organization_id', 'role_id']);
    table.index(['organization_id', 'user_id']);
  });
}

async function createAdmissionTables(trx: Knex.Transaction): Promise<void> {
  await trx.schema.createTable('sidetone_ban', (table) => {
    ofOrganization(table);
    table.uuid('id').notNullable();
    // No reference: who is banned need not have an account.
    table.text('user_id');
    table.text('network');
    table.text('reason').notNullable();
    table.text('created_by').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('expires_at');
    table.primary(['organization_id', 'id']);
  });
  await trx.schema.createTable('sidetone_invite', (table) => {
    ofOrganization(table);
    table.uuid('id').notNullable();
    table.text('code_hash').notNullable().unique();
    table.text('created_by').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('expires_at');
    table.bigInteger('max_uses');
    table.text('role_ids').notNullable();
    table.primary(['organization_id', 'id']);
  });
  await trx.schema.createTable('sidetone_invite_use', (table) => {
    table.uuid('organization_id').notNullable();
    table.uuid('invite_id').notNullable();
    table.text('user_id').notNullable();
    table.primary(['organization_id', 'invite_id', 'user_id']);
    refersTo(table, ['organization_id', 'invite_id'], 'sidetone_invite', 'id');
  });
}

async function createSessionTables(trx: Knex.Transaction): Promise<void> {
  await trx.schema.createTable('sidetone_answer', (table) => {
    table.text('session_id').notNullable();
    table.text('key').notNullable();
    table.text('fingerprint').notNullable();
    table.text('answer').notNullable();
    table.bigInteger('expires_at').notNullable().index();
    table.primary(['session_id', 'key']);
  });
  await trx.schema.createTable('sidetone_resumable_session', (table) => {
    table.text('session_id').primary();
    table.text('session').notNullable();
    table.bigInteger('expires_at').notNullable().index();
  });
  await trx.schema.createTable('sidetone_resume_token', (table) => {
    table.text('token_hash').primary();
    table
      .text('session_id')
      .notNullable()
      .index()
      .references('session_id')
      .inTable('sidetone_resumable_session')
      .onDelete('CASCADE');
  });
}

async function createAuditTable(
  trx: Knex.Transaction,
  { dialect }: MigrationContext,
): Promise<void> {
  await trx.schema.createTable('sidetone_audit_entry', (table) => {
    // Not knex's serial: its sequence would need rights of its own.
    if (dialect === 'sqlite') table.increments('sequence');
    else table.specificType('sequence', 'bigint generated always as identity primary key');
    // No reference: entries outlive the organizations they are about.
    table.uuid('organization_id').notNullable();
    table.uuid('id').notNullable();
    table.bigInteger('at').notNullable();
    table.text('actor').notNullable();
    table.text('action').notNullable();
    table.text('details').notNullable();
    table.text('outcome').notNullable();
    table.text('code');
    table.unique(['organization_id', 'id']);
    table.index(['organization_id', 'at', 'sequence']);
  });
}

function ofAccount(table: Knex.CreateTableBuilder): void {
  table
    .uuid('user_id')
    .notNullable()
    .references('id')
    .inTable('sidetone_account')
    .onDelete('CASCADE');
}

function ofOrganization(table: Knex.CreateTableBuilder): void {
  table
    .uuid('organization_id')
    .notNullable()
    .references('id')
    .inTable('sidetone_organization')
    .onDelete('CASCADE');
}

/** To a row of the same organization. */
function refersTo(
  table: Knex.CreateTableBuilder,
  columns: readonly [string, string],
  other: string,
  otherColumn: string,
): void {
  table
    .foreign([...columns])
    .references(['organization_id', otherColumn])
    .inTable(other)
    .onDelete('CASCADE');
}
