import { type AccessChange, type RoleBook, type RoleStore } from '@sidetone/core';
import { createRecordingLogger, type RecordingLogger } from '@sidetone/testkit';
import { expect } from 'chai';
import { PermissionCatalog } from '../../src/policy/permission-catalog.js';
import { RoleAccessPolicy } from '../../src/policy/role-access-policy.js';
import { RoleBooks } from '../../src/policy/role-books.js';
import { FakeDirectory } from '../support/fake-directory.js';
import { ORGANIZATION, person, roleRecord, subjectOf } from '../support/role-world.js';

const BOOK: RoleBook = {
  roles: [roleRecord({ id: 'pilot', implicit: 'everyone', permissions: ['VIEW', 'JOIN'] })],
  assignments: [],
  overrides: [],
  sealedChannels: [],
};

describe('the books of roles', () => {
  let loads: number;
  let failure: Error | null;
  let log: RecordingLogger;
  let directory: FakeDirectory;
  let books: RoleBooks;

  beforeEach(() => {
    loads = 0;
    failure = null;
    log = createRecordingLogger();
    directory = new FakeDirectory(ORGANIZATION);
    directory.add('fleet');
    const load = async (): Promise<RoleBook> => {
      loads += 1;
      if (failure !== null) throw failure;
      return BOOK;
    };
    books = new RoleBooks({
      store: { load } as unknown as RoleStore,
      directory: () => directory,
      compiled: () => {},
      log,
    });
  });

  const createPolicy = () =>
    new RoleAccessPolicy({
      books,
      directory: () => directory,
      catalog: () => new PermissionCatalog([]),
    });

  it('are opened for all organizations at the start', async () => {
    await books.follow();
    expect(books.find(ORGANIZATION)?.role('pilot')?.name).to.equal('pilot');
  });

  it('are loaded once, however many ask, and go on without the store', async () => {
    const [one, other] = await Promise.all([books.open(ORGANIZATION), books.open(ORGANIZATION)]);
    expect(one).to.equal(other);
    failure = new Error('the database has gone');
    const policy = createPolicy();
    const rights = await policy.load(subjectOf(person('ann')));
    expect(rights.allows('JOIN', { channelId: 'fleet' })).to.equal(true);
    expect(loads).to.equal(1);
  });

  it('are loaded again where that has failed', async () => {
    failure = new Error('the database has gone');
    const outcome = await books.open(ORGANIZATION).catch((error: unknown) => error);
    expect(outcome).to.equal(failure);
    failure = null;
    expect((await books.open(ORGANIZATION)).role('pilot')).not.to.equal(undefined);
  });

  it('are prepared before anybody gets them', async () => {
    const prepared: string[] = [];
    books.prepare(async (roles) => {
      await Promise.resolve();
      expect(books.find(ORGANIZATION)).to.equal(undefined);
      roles.apply({ kind: 'roleChanged', role: roleRecord({ id: 'added' }) });
      prepared.push(roles.organizationId);
    });
    const roles = await books.open(ORGANIZATION);
    await books.open(ORGANIZATION);
    expect(roles.role('added')).not.to.equal(undefined);
    expect(prepared).to.deep.equal([ORGANIZATION]);
  });

  it('are loaded anew for an organization that was forgotten', async () => {
    await books.open(ORGANIZATION);
    books.forget(ORGANIZATION);
    expect(books.find(ORGANIZATION)).to.equal(undefined);
    await books.open(ORGANIZATION);
    expect(loads).to.equal(2);
  });

  it('follow the tree until they are told to stop', async () => {
    directory.add('wing', 'fleet');
    const stop = await books.follow();
    const roles = await books.open(ORGANIZATION);
    roles.apply({ kind: 'sealed', channelId: 'wing', sealed: true });
    roles.apply({ kind: 'sealed', channelId: 'fleet', sealed: true });
    directory.remove('wing');
    expect(roles.book().sealedChannels).to.deep.equal(['fleet']);
    stop();
    directory.remove('fleet');
    expect(roles.book().sealedChannels).to.deep.equal(['fleet']);
  });

  it('tell of changes until one stops listening, and log a listener that throws', async () => {
    const policy = createPolicy();
    const heard: AccessChange[] = [];
    policy.onChange(() => {
      throw new Error('a listener of ill will');
    });
    const stop = policy.onChange((change) => heard.push(change));
    const rights = await policy.load(subjectOf(person('ann')));
    const roles = await books.open(ORGANIZATION);
    const role = roleRecord({ id: 'pilot', implicit: 'everyone', permissions: [] });
    roles.apply({ kind: 'roleChanged', role });
    expect(rights.allows('JOIN', { channelId: 'fleet' })).to.equal(false);
    stop();
    roles.apply({ kind: 'roleChanged', role: { ...role, permissions: ['VIEW'] } });
    expect(heard).to.deep.equal([{ organizationId: ORGANIZATION, userId: 'ann' }]);
    expect(log.messages('error')).to.have.lengthOf(2);
  });

  it('read back what they say they have', async () => {
    const roles = await books.open(ORGANIZATION);
    expect(roles.book()).to.deep.equal(BOOK);
    expect(roles.roleNamed('PILOT')?.id).to.equal('pilot');
    roles.apply({ kind: 'assigned', roleId: 'pilot', userId: 'ann' });
    expect([...roles.holders('pilot')]).to.deep.equal(['ann']);
    expect([...roles.assigned('ann')]).to.deep.equal(['pilot']);
  });
});
