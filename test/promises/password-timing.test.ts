import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import {
  AccountStore,
  Authenticator,
  createMemoryStores,
  CredentialStore,
  InviteStore,
  MemberRoles,
  MemberStore,
  Metrics,
  MemoryMetrics,
  PasswordHasher,
  Sessions,
  StoredMemberRoles,
} from '@sidetone/core';
import { password } from '@sidetone/plugin-password';
import { createRecordingLogger, give, mountPlugin } from '@sidetone/testkit';
import { quote, summarize, TOLERANCE } from './support/figure.js';

const ATTEMPTS = 200;
const PROMISED = 0.05;

describe('Passwords', function () {
  this.timeout(240_000);

  it('are refused in the same time whether there is such a user or not', async () => {
    const stores = createMemoryStores({ log: createRecordingLogger() });
    const metrics = new MemoryMetrics();
    const mounted = await mountPlugin(password({ registration: 'closed', concurrency: 1 }), [
      give(AccountStore, stores.accounts),
      give(CredentialStore, stores.credentials),
      give(InviteStore, stores.invites),
      give(MemberStore, stores.members),
      give(MemberRoles, new StoredMemberRoles(stores.roles)),
      give(Metrics, metrics),
      give(Sessions, { closeOfUser: () => 0 }),
    ]);
    try {
      const hash = await mounted.get(PasswordHasher).hash(randomUUID());
      await makeUsers(stores, hash);
      const authenticator = mounted.get(Authenticator);
      const hashed = (): number => metrics.snapshot()['password.hashed.verify'] ?? 0;
      const timesMs = { known: [] as number[], unknown: [] as number[] };
      for (let index = 0; index < ATTEMPTS; index++) {
        // By turns, so that what else the machine does meets both.
        for (const kind of ['known', 'unknown'] as const) {
          const before = hashed();
          const startedMs = performance.now();
          const result = await authenticator.authenticate(
            { name: `${kind} ${index}`, password: 'not the right one at all' },
            { remoteAddress: `10.0.${index}.${kind.length}` },
          );
          timesMs[kind].push(performance.now() - startedMs);
          expect(result).to.deep.include({ ok: false, code: 'AUTHENTICATION_FAILED' });
          expect(hashed() - before).to.equal(1);
        }
      }
      const known = summarize(timesMs.known).median;
      const unknown = summarize(timesMs.unknown).median;
      const apart = Math.abs(known - unknown) / known;
      quote('refused in ms', { known, unknown, of: ATTEMPTS });
      quote('apart in %', { medians: 100 * apart, promised: 100 * PROMISED });
      expect(apart).to.be.at.most(TOLERANCE * PROMISED);
    } finally {
      await mounted.close();
    }
  });
});

async function makeUsers(
  { accounts, credentials }: ReturnType<typeof createMemoryStores>,
  hash: string,
): Promise<void> {
  for (let index = 0; index < ATTEMPTS; index++) {
    const name = `known ${index}`;
    const userId = randomUUID();
    const flags = { disabled: false, administrator: false, createdAt: 0, version: 0 };
    await accounts.put({ id: userId, name, displayName: name, ...flags });
    const changedAt = 0;
    const kind = 'password';
    await credentials.put({ userId, kind, hash, mustChange: false, changedAt, version: 0 });
  }
}
