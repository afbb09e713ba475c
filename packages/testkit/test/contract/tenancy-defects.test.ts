import { describeTenancy } from '../../src/contract/tenancy.js';
import { defect, withStore } from './broken-stores.js';
import { itCatches } from './it-catches.js';

const foreign = 'answers foreign ids like unknown ones, of 50 organizations';
const own = 'gives an organization what is its own and nothing else';

describe('the suite of tenancy', () => {
  itCatches({
    'lifts bans of whatever organization': defect(
      describeTenancy,
      withStore('bans', (real, { organizations }) => ({
        async delete(_organizationId, banId) {
          for (const { id } of await organizations.load()) await real.delete(id, banId);
        },
      })),
      foreign,
    ),
    'lets invites of whatever organization be used': defect(
      describeTenancy,
      withStore('invites', (real, { organizations }) => ({
        async use(_organizationId, inviteId, userId, now) {
          for (const { id } of await organizations.load()) {
            if (await real.use(id, inviteId, userId, now)) return true;
          }
          return false;
        },
      })),
      foreign,
    ),
    'says of a foreign channel that it is taken': defect(
      describeTenancy,
      withStore('channels', (real, { organizations }) => ({
        async put(record) {
          for (const { id } of await organizations.load()) {
            const there = (await real.load(id)).some((each) => each.id === record.id);
            if (there && id !== record.organizationId) throw new Error('taken');
          }
          return real.put(record);
        },
      })),
      foreign,
    ),
    'shows members of whatever organization': defect(
      describeTenancy,
      withStore('members', (real, { organizations }) => ({
        async list(_organizationId, page) {
          const all = (await organizations.load()).map(({ id }) => real.list(id, page));
          return (await Promise.all(all)).flat();
        },
      })),
      own,
    ),
  });
});
