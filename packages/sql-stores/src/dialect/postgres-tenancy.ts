import type { Knex } from 'knex';
import { codeOf } from '../error/driver-error.js';
import { sqlError } from '../error/error-codes.js';
import type { Rows } from './postgres-dialect.js';

/**
 * The role of transactions of one organization. The owner of the tables and a superuser stand above
 * row-level security, and the URL of the database may be theirs; this one stands above nothing. It
 * belongs to the whole cluster of databases and cannot log in.
 */
export const TENANT_ROLE = 'sidetone_tenant';
const POLICY = 'sidetone_tenancy';

/** SQLSTATEs: insufficient_privilege, invalid_parameter_value; duplicate_object, unique_violation. */
const FORBIDDEN = '42501';
const UNKNOWN_ROLE = '22023';
const DUPLICATE = ['42710', '23505'];

/** Makes the role, lets the owner take it on, and gives it back what a restored backup has lost. */
export async function prepareTenantRole(trx: Knex.Transaction): Promise<void> {
  const { rows: found } = await trx.raw<Rows<unknown>>('select from pg_roles where rolname = ?', [
    TENANT_ROLE,
  ]);
  // Servers on other databases of the cluster may be making it now.
  if (found.length === 0) await attempt(trx, `create role ${TENANT_ROLE} nologin`, DUPLICATE);
  if (!(await mayTakeOn(trx))) {
    await attempt(trx, `grant ${TENANT_ROLE} to current_user`);
    if (!(await mayTakeOn(trx))) throw noRole('the user of the URL may not take it on');
  }
  await grantSchema(trx);
  const { rows } = await trx.raw<Rows<{ name: string }>>(
    `select tablename as name from pg_policies
      where policyname = ? and schemaname = current_schema()
        and not has_table_privilege(?, format('%I.%I', schemaname, tablename), 'insert')`,
    [POLICY, TENANT_ROLE],
  );
  for (const { name } of rows) await grant(trx, name);
}

/**
 * The policy holds for every role and names none, so that a backup can be restored where the role is
 * not yet: rows of the organization that the transaction has set, or all of them for a transaction
 * that has said so and is not of the tenant role. Who has set nothing sees nothing.
 */
export async function protectTenantTable(
  trx: Knex.Transaction,
  table: string,
  column: string,
): Promise<void> {
  const rule = `(
    ?? = nullif(current_setting('sidetone.organization', true), '')::uuid
    or (current_setting('sidetone.scope', true) = 'all' and current_user <> '${TENANT_ROLE}')
  )`;
  await trx.raw('alter table ?? enable row level security', [table]);
  await trx.raw('alter table ?? force row level security', [table]);
  await trx.raw(`create policy ${POLICY} on ?? using ${rule} with check ${rule}`, [
    table,
    column,
    column,
  ]);
  await grant(trx, table);
}

async function grantSchema(trx: Knex.Transaction): Promise<void> {
  const { rows } = await trx.raw<Rows<{ name: string; usable: boolean }>>(
    `select current_schema() as name,
      has_schema_privilege(?, current_schema(), 'usage') as usable`,
    [TENANT_ROLE],
  );
  const [schema] = rows;
  if (schema && !schema.usable) {
    await trx.raw(`grant usage on schema ?? to ${TENANT_ROLE}`, [schema.name]);
  }
}

async function grant(trx: Knex.Transaction, table: string): Promise<void> {
  await trx.raw(`grant select, insert, update, delete on ?? to ${TENANT_ROLE}`, [table]);
}

async function mayTakeOn(trx: Knex.Transaction): Promise<boolean> {
  try {
    await trx.transaction(async (inner) => {
      await inner.raw(`set local role ${TENANT_ROLE}`);
      await inner.raw('reset role');
    });
    return true;
  } catch (error) {
    if (codeOf(error) === FORBIDDEN || codeOf(error) === UNKNOWN_ROLE) return false;
    throw error;
  }
}

/** Runs a statement in a savepoint, that the right for may be missing: that shows afterwards. */
async function attempt(
  trx: Knex.Transaction,
  statement: string,
  done: readonly string[] = [],
): Promise<void> {
  try {
    await trx.transaction((inner) => inner.raw(statement));
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (code !== FORBIDDEN && !done.includes(code)) throw error;
  }
}

function noRole(why: string): Error {
  return sqlError(
    'ERR_SQL_TENANT_ROLE',
    `the role "${TENANT_ROLE}" keeps organizations apart and is not to be had (${why}): let an administrator of the database run "create role ${TENANT_ROLE} nologin; grant ${TENANT_ROLE} to <the user of the URL>;" once`,
  );
}
