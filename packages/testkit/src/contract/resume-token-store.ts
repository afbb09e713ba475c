import { randomUUID } from 'node:crypto';
import type { ResumableSession, StoreSet } from '@sidetone/core';
import type { ContractRunner, StoreSubject } from './contract-runner.js';
import { assertSameRecord, tamper } from './same-records.js';
import { describeStore, NO_UUID } from './store-suite.js';
import { randomHash } from './stored-records.js';

/** The suite of the `ResumeTokenStore` contract. */
export function describeResumeTokenStore(
  runner: ContractRunner,
  subject: StoreSubject<StoreSet>,
): void {
  const { reopen } = subject;

  describeStore(runner, 'ResumeTokenStore', subject, (test) => {
    test('finds a session by each of its tokens, every field of it', async (stores) => {
      const { resumeTokens } = stores;
      const session = resumableSession({ tokenHashes: [randomHash(), randomHash()] });
      const bare = resumableSession({ memberships: [], targets: [] });
      for (const each of [session, bare]) await resumeTokens.put(each);
      for (const each of [session, bare]) {
        for (const hash of each.tokenHashes) {
          assertSameRecord(await resumeTokens.findByToken(hash), each);
        }
      }
      assertSameRecord(await resumeTokens.findByToken(randomHash()), null);
    });

    test('replaces a session, whose former tokens find nothing then', async (stores) => {
      const { resumeTokens } = stores;
      const [spent, current, next] = [randomHash(), randomHash(), randomHash()] as const;
      const session = resumableSession({ tokenHashes: [spent, current] });
      await Promise.all([resumeTokens.put(session), resumeTokens.put(session)]);
      const later = {
        ...session,
        tokenHashes: [current, next],
        muted: true,
        memberships: [],
        expiresAt: 5000,
      };
      await resumeTokens.put(later);
      assertSameRecord(await resumeTokens.findByToken(spent), null);
      assertSameRecord(await resumeTokens.findByToken(current), later);
      assertSameRecord(await resumeTokens.findByToken(next), later);
    });

    test('deletes a session with its tokens', async ({ resumeTokens }) => {
      const [gone, kept] = [resumableSession(), resumableSession()];
      for (const each of [gone, kept]) await resumeTokens.put(each);
      for (const id of [gone.sessionId, gone.sessionId, randomUUID(), NO_UUID]) {
        await resumeTokens.delete(id);
      }
      assertSameRecord(await resumeTokens.findByToken(gone.tokenHashes[0] ?? ''), null);
      assertSameRecord(await resumeTokens.findByToken(kept.tokenHashes[0] ?? ''), kept);
    });

    test('deletes all sessions of a user, and of nobody else', async ({ resumeTokens }) => {
      const identity = { userId: randomUUID(), displayName: `O'Hara "%_\\`, guest: false };
      const mine = [resumableSession({ identity }), resumableSession({ identity })];
      const others = resumableSession();
      for (const each of [...mine, others]) await resumeTokens.put(each);
      const found = async (): Promise<readonly boolean[]> => {
        const hashes = [...mine, others].map(({ tokenHashes }) => tokenHashes[0] ?? '');
        return Promise.all(
          hashes.map(async (hash) => (await resumeTokens.findByToken(hash)) !== null),
        );
      };
      for (const nobody of [randomUUID(), NO_UUID, '']) await resumeTokens.deleteOfUser(nobody);
      assertSameRecord(await found(), [true, true, true]);
      await resumeTokens.deleteOfUser(identity.userId);
      assertSameRecord(await found(), [false, false, true]);
    });

    test('deletes what has expired, and nothing else', async ({ resumeTokens }) => {
      const sessions = [999, 1000, 1001].map((expiresAt) => resumableSession({ expiresAt }));
      for (const each of sessions) await resumeTokens.put(each);
      const found = async (): Promise<readonly (number | null)[]> => {
        const hashes = sessions.map(({ tokenHashes }) => tokenHashes[0] ?? '');
        const each = await Promise.all(hashes.map((hash) => resumeTokens.findByToken(hash)));
        return each.map((session) => session?.expiresAt ?? null);
      };
      await resumeTokens.deleteExpired(998);
      assertSameRecord(await found(), [999, 1000, 1001]);
      await resumeTokens.deleteExpired(1000);
      assertSameRecord(await found(), [null, null, 1001]);
    });

    test('does not change with the objects that went in and came out', async (stores) => {
      const { resumeTokens } = stores;
      const session = resumableSession();
      const [hash = ''] = session.tokenHashes;
      const given = structuredClone(session);
      await resumeTokens.put(given);
      for (const each of [given, await resumeTokens.findByToken(hash)]) {
        tamper(each?.identity, { displayName: 'changed' });
        tamper(each?.memberships[0], { muted: true });
        tamper(each, { instance: 'changed' });
      }
      assertSameRecord(await resumeTokens.findByToken(hash), session);
    });

    if (reopen === undefined) return;

    test('has everything again after it was opened anew', async (stores) => {
      const session = resumableSession();
      await stores.resumeTokens.put(session);
      const { resumeTokens } = await reopen(stores);
      assertSameRecord(await resumeTokens.findByToken(session.tokenHashes[0] ?? ''), session);
    });
  });
}

function resumableSession(changes: Partial<ResumableSession> = {}): ResumableSession {
  return {
    sessionId: randomUUID(),
    tokenHashes: [randomHash()],
    organizationId: randomUUID(),
    identity: { userId: randomUUID(), displayName: 'Ada ✈', guest: true },
    instance: 'q83vEjRWeJASNFZ4kKvN7w',
    muted: false,
    deafened: true,
    memberships: [
      {
        channelId: randomUUID(),
        listening: true,
        selected: false,
        muted: false,
        deafened: false,
        mutedByModerator: true,
        deafenedByModerator: false,
      },
    ],
    targets: [
      {
        id: randomUUID(),
        source: 'microphone',
        spec: { channels: [randomUUID()], users: [randomUUID()] },
        priority: 2,
      },
    ],
    expiresAt: 1000,
    ...changes,
  };
}
