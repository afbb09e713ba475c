import { expect } from 'chai';
import { createStorage, sqlBackendNames, type TestStorage } from '../support/sql-backend.js';
import type { ArrivalsCalls } from './support/arrivals-program.js';
import { ChildProgram } from './support/child-program.js';
import { startServer } from './support/stored-server.js';

const PEOPLE = 100;
const people = Array.from({ length: PEOPLE }, (_, index) => ({
  name: `Person ${index + 1}`,
  password: `pass phrase of number ${index + 1}`,
}));

describe('A hundred people at once', function () {
  this.timeout(120_000);

  for (const backend of sqlBackendNames) {
    it(`get their accounts, and sign in with them after a crash, on ${backend}`, async () => {
      const storage = await createStorage(backend);
      const arrivals = ChildProgram.start<ArrivalsCalls>('./arrivals-program.ts');
      try {
        await comeTwice(storage, arrivals);
      } finally {
        await arrivals.stop();
        await storage.dispose();
      }
    });
  }
});

async function comeTwice(
  storage: TestStorage,
  arrivals: ChildProgram<ArrivalsCalls>,
): Promise<void> {
  const settings = { database: storage.location, password: { registration: 'open' } } as const;
  const first = await startServer(settings);
  const registered = await arrivals.call('arrive', { url: first.url, method: 'register', people });
  // Whoever was told that they have an account has one from then on.
  expect(await first.server.kill()).to.equal('SIGKILL');
  expect(new Set(registered.map(({ userId }) => userId)).size).to.equal(PEOPLE);
  await arrivals.call('leave');

  const second = await startServer(settings);
  try {
    const { url, server } = second;
    const signedIn = await arrivals.call('arrive', { url, method: 'password', people });
    expect(signedIn.map(({ userId }) => userId)).to.deep.equal(
      registered.map(({ userId }) => userId),
    );
    expect(await server.call('users')).to.equal(PEOPLE);
    expect(await server.call('uncaught')).to.deep.equal([]);
    for (const arrived of [registered, signedIn]) {
      const refusals = arrived.flatMap((each) => each.refusals);
      console.log(refusals.length, new Set(refusals), Math.max(...arrived.map((a) => a.tookMs)));
    }
    await arrivals.call('leave');
  } finally {
    await second.server.stop();
  }
}
