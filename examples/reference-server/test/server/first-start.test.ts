import { Roles } from '@sidetone/plugin-acl';
import { expect } from 'chai';
import { announcement } from '../../src/server/announcement.js';
import { createFirstAdministrator } from '../../src/server/first-start.js';
import {
  createTestAdministration,
  type TestAdministration,
} from '../support/test-administration.js';

describe('the first start', function () {
  this.timeout(30_000);
  let administration: TestAdministration;

  before(async () => {
    administration = await createTestAdministration();
  });

  after(() => administration.close());

  it('makes an administrator, once, of however many that start at the same time', async () => {
    const { server } = administration;
    const made = await Promise.all([1, 2, 3].map(() => createFirstAdministrator(server)));
    expect(made.filter((each) => each !== null)).to.have.lengthOf(1);
    expect(await createFirstAdministrator(server)).to.equal(null);
    const admin = await server.users.find('admin');
    expect(admin).to.include({ administrator: true, disabled: false });
    const roles = server.get(Roles).organization(server.organization().id);
    expect([...(await roles.administrators())]).to.deep.equal([admin?.id]);
  });

  it('says how to sign in when it was the first, and nothing of it later', () => {
    const line = { url: 'http://127.0.0.1:8470', guests: true, kept: 'data' };
    const administrator = { name: 'admin', passphrase: 'correct-horse' };
    const first = announcement({ ...line, administrator });
    expect(first).to.include('correct-horse').and.include('user password admin');
    const second = announcement({ ...line, administrator: null });
    expect(second.split('\n')).to.deep.equal([
      'Sidetone is listening on http://127.0.0.1:8470',
      'Talk in a browser: open http://127.0.0.1:8470',
      'Talk from a second terminal: npm run talk -- --url http://127.0.0.1:8470 --name Ann --channel Lobby --mic',
      'Channels and people are kept in data. Stop with Ctrl-C.',
      '',
    ]);
  });
});
