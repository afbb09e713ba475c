import { openPostgres, type OpenPostgres } from '@sidetone/plugin-postgres';
import { migrateStores, type SqlDatabase } from '@sidetone/sql-stores';
import { createRecordingLogger } from '@sidetone/testkit';
import { FREE_NET } from '@sidetone/protocol';
import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import {
  createStorage,
  openStores,
  type OpenStores,
  type TestStorage,
} from '../../../test/support/sql-backend.js';

/** Statements of which none says which organization is meant. */
const TENANT_TABLES = [
  'sidetone_organization',
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

describe('Row-level security', function () {
  this.timeout(30_000);

  let storage: TestStorage;
  let open: OpenStores;
  const ours = randomUUID();
  const theirs = randomUUID();

  before(async () => {
    storage = await createStorage('postgres');
    open = await openStores(storage);
    for (const id of [ours, theirs]) await fill(open, id);
  });

  after(() => storage.dispose());

  it('shows a raw select one organization, in every table', async () => {
    for (const table of TENANT_TABLES) {
      const rows = await rawRows(open.database, ours, table);
      const column = table === 'sidetone_organization' ? 'id' : 'organization_id';
      const seen = new Set(rows.map((row) => row[column]));
      expect([...seen], table).to.deep.equal([ours]);
    }
  });

  it('is on every table that has an organization', async () => {
    const { rows } = await open.database.inOrganization(null, (trx) =>
      trx.raw<{ rows: { name: string }[] }>(
        `select table_name as name from information_schema.columns
          where column_name = 'organization_id' and table_schema = current_schema()
          order by 1`,
      ),
    );
    const names = rows.map(({ name }) => name);
    expect(names).to.have.members(TENANT_TABLES.filter((name) => name !== 'sidetone_organization'));
  });

  it('shows nothing where no organization, an unknown one, or no id at all is set', async () => {
    for (const table of TENANT_TABLES) {
      for (const id of [randomUUID(), 'nonsense', '', "' or true --"]) {
        expect(await rawRows(open.database, id, table), `${table} ${id}`).to.deep.equal([]);
      }
      // As the tenant role, which has set nothing; and as an owner who is no superuser, below.
      const rows = await open.database.knex.transaction(async (trx) => {
        await trx.raw('set local role sidetone_tenant');
        return (await trx(table)) as unknown[];
      });
      expect(rows, table).to.deep.equal([]);
    }
  });

  it('refuses to write into another organization, and to change or delete what is there', async () => {
    const { database } = open;
    const row = { organization_id: theirs, id: randomUUID(), reason: '', created_by: '' };
    const write = database.inOrganization(ours, (trx) =>
      trx('sidetone_ban').insert({ ...row, network: '203.0.113.0/24', created_at: 1 }),
    );
    expect(await codeOf(write)).to.equal('ERR_SQL_STATEMENT');
    const changed = await database.inOrganization(ours, (trx) =>
      trx('sidetone_channel').where({ organization_id: theirs }).update({ name: 'taken' }),
    );
    const deleted = await database.inOrganization(ours, (trx) =>
      trx('sidetone_organization').where({ id: theirs }).delete(),
    );
    expect([changed, deleted]).to.deep.equal([0, 0]);
  });

  it('keeps the tables of accounts and sessions out of reach', async () => {
    for (const table of ['sidetone_account', 'sidetone_credential', 'sidetone_resume_token']) {
      const attempt = open.database.inOrganization(ours, (trx) => trx(table));
      expect(await codeOf(attempt), table).to.equal('ERR_SQL_STATEMENT');
    }
  });

  it('leaves nothing set on a connection that goes back to the pool', async () => {
    const single = await openPostgres(
      { url: storage.location, maxConnections: 1 },
      createRecordingLogger(),
    );
    for (let round = 0; round < 20; round++) {
      const id = round % 2 === 0 ? ours : theirs;
      const rows = await rawRows(single.database, id, 'sidetone_channel');
      expect(rows.map((row) => row.organization_id)).to.deep.equal([id]);
    }
    const { rows } = await single.database.knex.raw<{ rows: object[] }>(
      `select current_user = session_user as same,
        coalesce(current_setting('sidetone.organization', true), '') as organization,
        coalesce(current_setting('sidetone.scope', true), '') as scope`,
    );
    expect(rows).to.deep.equal([{ same: true, organization: '', scope: '' }]);
    await single.close();
  });

  describe('under an owner who is no superuser', () => {
    let owner: OpenPostgres;

    before(async () => {
      const name = `owner_${randomUUID().replaceAll('-', '')}`;
      const own = await createStorage('postgres');
      const { database } = await own.open();
      const url = new URL(own.location);
      await database.inOrganization(null, async (trx) => {
        await trx.raw(`create role ${name} login password 'secret'`);
        await trx.raw(`grant sidetone_tenant to ${name}`);
        await trx.raw(`grant create on schema public to ${name}`);
      });
      url.username = name;
      url.password = 'secret';
      owner = await openPostgres({ url: url.href }, createRecordingLogger());
      after(async () => {
        await owner.close();
        await own.dispose();
      });
    });

    it('works as under a superuser, and shows nothing to the owner who has not asked for all', async () => {
      await migrateStores(owner.database);
      const insert = { id: ours, name: 'x', name_key: 'x', admission: 'open', version: 1 };
      await owner.database.inOrganization(null, (trx) =>
        trx('sidetone_organization').insert(insert),
      );
      const all = await owner.database.inOrganization(null, (trx) => trx('sidetone_organization'));
      expect(all).to.have.length(1);
      expect(await rawRows(owner.database, ours, 'sidetone_organization')).to.have.length(1);
      expect(await rawRows(owner.database, theirs, 'sidetone_organization')).to.have.length(0);
      expect(await owner.database.knex('sidetone_organization')).to.have.length(0);
    });
  });
});

async function fill({ stores }: OpenStores, organizationId: string): Promise<void> {
  const [userId, channelId, roleId] = [randomUUID(), randomUUID(), randomUUID()];
  const own = { organizationId, version: 0 };
  await stores.accounts.put({
    id: userId,
    name: userId,
    displayName: 'Ada',
    disabled: false,
    administrator: false,
    createdAt: 1,
    version: 0,
  });
  await stores.organizations.put({
    id: organizationId,
    name: organizationId,
    admission: 'open',
    participantLimit: null,
    channelLimit: null,
    version: 0,
  });
  await stores.members.put({ ...own, userId, displayName: null, joinedAt: 1 });
  await stores.channels.put({
    ...own,
    id: channelId,
    parentId: null,
    name: 'Flight',
    topic: '',
    position: 0,
    participantLimit: null,
    passwordHash: null,
    net: FREE_NET,
  });
  await stores.roles.putRole({
    ...own,
    id: roleId,
    name: 'Pilot',
    rank: 1,
    permissions: [],
    implicit: null,
    netPlan: [],
  });
  await stores.roles.assign({ organizationId, roleId, userId });
  await stores.roles.putOverride({
    ...own,
    channelId,
    subject: { kind: 'role', id: roleId },
    allow: [],
    deny: [],
    here: true,
    below: true,
  });
  const note = { organizationId, createdBy: 'Ada', createdAt: 1, expiresAt: null };
  await stores.bans.put({
    ...note,
    id: randomUUID(),
    subject: { kind: 'user', userId },
    reason: '',
  });
  const inviteId = randomUUID();
  const codeHash = inviteId.replaceAll('-', '').padEnd(43, 'A');
  await stores.invites.put({ ...note, id: inviteId, codeHash, maxUses: null, roleIds: [] });
  await stores.invites.use(organizationId, inviteId, userId, 0);
  stores.auditLog.append({
    at: 1,
    organizationId,
    actor: { kind: 'program', name: 'test' },
    action: 'channel.create',
    details: {},
    outcome: 'committed',
  });
  await stores.auditLog.flush();
}

function rawRows(
  database: SqlDatabase,
  organizationId: string,
  table: string,
): Promise<Record<string, unknown>[]> {
  return database.inOrganization(organizationId, async (trx) => {
    const { rows } = await trx.raw<{ rows: Record<string, unknown>[] }>('select * from ??', [
      table,
    ]);
    return rows;
  });
}

async function codeOf(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => 'none',
    (error: { code?: unknown }) => error.code,
  );
}
