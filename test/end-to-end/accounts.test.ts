import { expect } from 'chai';
import { createStorage, sqlBackendNames, type TestStorage } from '../support/sql-backend.js';
import { loginFlood } from './scenario/login-flood.js';
import type { ArrivalsCalls } from './support/arrivals-program.js';
import { ChildProgram } from './support/child-program.js';
import { startServer } from './support/stored-server.js';

const PEOPLE = 100;
const people = Array.from({ length: PEOPLE }, (_, index) => ({
  name: `Person ${index + 1}`,
  password: `pass phrase of number ${index + 1}`,
}));

describe('A hundred people at once', function () {
  this.timeout(300_000);

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
    await arrivals.call('leave');
  } finally {
    await second.server.stop();
  }
}

describe('Somebody who guesses passwords from many addresses', function () {
  this.timeout(120_000);

  it('takes no frame from those who talk, and keeps no user out', async () => {
    const seen = await loginFlood({ perSecond: 100, durationMs: 4_000 });
    const { attempts, outcomes } = seen.flood;
    expect(outcomes.IN).to.equal(undefined);
    expect(attempts).to.equal(400);
    // Some are hashed and most are not.
    expect(outcomes.AUTHENTICATION_FAILED).to.be.within(1, attempts - 1);
    expect(seen.flooded.sent).to.equal(10 * 200);
    expect(seen.flooded.received).to.equal(seen.flooded.due);
    expect(seen.goodUsers).to.have.lengthOf(3);
    expect(seen.uncaught).to.deep.equal([]);
  });
});
