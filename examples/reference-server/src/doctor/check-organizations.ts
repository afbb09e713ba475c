import { SystemClock, type Logger } from '@sidetone/core';
import { createSqlStores, type SqlDatabase } from '@sidetone/sql-stores';
import { askServer } from '../administration/control-client.js';
import { whoAmI } from '../program/who-am-i.js';
import { good, reasonOf, unknown, warning, type Check } from './check.js';

interface Administered {
  readonly name: string;
  readonly administrators: number;
}

const NAME = 'organizations';
/** Of a longer list nobody reads more. */
const MOST_NAMED = 10;

/** Who may administer by a role: an organization without anybody cannot help itself. */
function checkAdministered(organizations: readonly Administered[]): Check {
  const without = organizations.filter(({ administrators }) => administrators === 0);
  const named = without.slice(0, MOST_NAMED).map(({ name }) => `"${name}"`);
  const more = without.length - named.length;
  if (without.length === 0)
    return good(NAME, `${organizations.length}, each with an administrator`);
  const found = `nobody administers ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return warning(NAME, found, 'npm run sidetone -- role grant <user> Admin --org <organization>');
}

/** As the database has it, where no server runs. */
export async function checkStoredOrganizations(database: SqlDatabase, log: Logger): Promise<Check> {
  const { organizations, roles } = createSqlStores({ database, clock: new SystemClock(), log });
  const records = await organizations.load();
  if (records.length === 0) return good(NAME, 'none yet; the next start makes one');
  const found: Administered[] = [];
  for (const { id, name } of records) {
    const book = await roles.load(id);
    const administering = new Set(
      book.roles.filter((role) => role.permissions.includes('ADMINISTER')).map((role) => role.id),
    );
    const users = book.assignments.filter(({ roleId }) => administering.has(roleId));
    found.push({ name, administrators: new Set(users.map(({ userId }) => userId)).size });
  }
  return checkAdministered(found);
}

/** As the server has it that runs. */
export async function checkLiveOrganizations(control: string): Promise<Check> {
  try {
    const request = { command: 'org list', values: {}, by: whoAmI() };
    const listed = await askServer(control, request, () => Promise.resolve());
    return checkAdministered(listed as readonly Administered[]);
  } catch (error) {
    return unknown(NAME, reasonOf(error));
  }
}
