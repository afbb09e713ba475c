import { expect } from 'chai';
import { sqlBackendNames } from '../support/sql-backend.js';
import { killedWhileWriting } from './scenario/killed-while-writing.js';
import { restarted } from './scenario/restarted.js';
import { severalStarts } from './scenario/several-starts.js';

const ROUNDS = 5;
const SERVERS = 5;

describe('A server that is killed while people write', function () {
  this.timeout(300_000);

  for (const backend of sqlBackendNames) {
    it(`loses nothing that it has acknowledged, and does nothing twice, on ${backend}`, async () => {
      const seen = await killedWhileWriting(backend, ROUNDS);
      expect(seen.rounds).to.equal(ROUNDS);
      expect(seen.lost).to.deep.equal([]);
      expect(seen.doubled).to.deep.equal([]);
      expect(seen.failures).to.deep.equal([]);
      expect(seen.uncaught).to.deep.equal([]);
      expect(seen.interrupted).to.be.at.least(ROUNDS);
    });
  }
});

describe('A server that takes the place of one that was killed', function () {
  this.timeout(120_000);

  for (const backend of sqlBackendNames) {
    it(`has everything, and the sessions go on, on ${backend}`, async () => {
      const seen = await restarted(backend);
      expect(new Set(seen.processes).size).to.equal(2);
      expect(seen.after).to.deep.equal(seen.before);
      const { own, tenant, settings } = seen.after;
      expect(own.channels.map(({ name }) => name)).to.include.members(['Command', 'Flight']);
      expect(tenant.record).to.include({ name: 'Tenant', admission: 'members' });
      expect(tenant.channels.map(({ name }) => name)).to.deep.equal(['Tenant net', 'Extra']);
      expect(tenant.members).to.have.lengthOf(1);
      expect(tenant.roles.roles.map(({ name }) => name)).to.deep.equal(['Crew']);
      expect(tenant.roles.assignments).to.have.lengthOf(1);
      expect(settings.result).to.deep.equal({
        document: { gain: { Flight: -6 }, key: 'F8' },
        version: 1,
      });

      expect(seen.sessions.after).to.deep.equal(seen.sessions.before);
      expect(seen.viewAfter).to.deep.equal(seen.viewBefore);
      expect(seen.resumed.error).to.equal(null);
      expect(seen.resumed.result).to.include({ resync: true, restored: true });
      const targets = seen.resumed.result?.targets as readonly { readonly target: string }[];
      expect(targets.map(({ target }) => target)).to.deep.equal([seen.target.result?.target]);
      expect(seen.heard.map(({ session }) => session)).to.deep.equal([seen.sessions.before[0]]);
      expect(seen.heard[0]?.doubled).to.equal(0);
      expect(seen.uncaught).to.deep.equal([]);
    });
  }
});

describe('Several servers that start at once', function () {
  this.timeout(120_000);

  it('on a PostgreSQL without a table all come up, with the same organization', async () => {
    const seen = await severalStarts(SERVERS);
    expect(seen.starts).to.have.lengthOf(SERVERS);
    const lastBegan = Math.max(...seen.starts.map(({ from }) => from));
    const firstListened = Math.min(...seen.starts.map(({ to }) => to));
    expect(lastBegan, 'all had begun before one was done').to.be.lessThan(firstListened);
    expect(seen.migrations).to.deep.equal([...new Set(seen.migrations)]);
    expect(seen.migrations).to.include('001_initial_schema');
    const [first, ...others] = seen.kept;
    expect(first?.channels.map(({ name }) => name)).to.deep.equal(['Command', 'Flight', 'Ground']);
    for (const other of others) expect(other).to.deep.equal(first);
    expect(new Set(seen.organizations.map((each) => JSON.stringify(each))).size).to.equal(1);
  });
});
