import { deepStrictEqual } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { AuditEntry, AuditLog, StoreSet } from '@sidetone/core';
import type { ContractRunner, StoreSubject } from './contract-runner.js';
import { collect, describePortable, each } from './portable-content.js';
import { assertSameList } from './same-records.js';
import { describeStore, NO_UUID } from './store-suite.js';

const ONE = randomUUID();
const TWO = randomUUID();

/** The suite of the `AuditLog` contract, for a log that keeps at least 100 entries. */
export function describeAuditLog(runner: ContractRunner, subject: StoreSubject<StoreSet>): void {
  describeStore(runner, 'AuditLog', subject, (test) => {
    test('is empty at first', async ({ auditLog }) => {
      assertSameList(await listed(auditLog, ONE, 10), []);
      assertSameList(await listed(auditLog, NO_UUID, 10), []);
    });

    test('lists newest first, every field of it', async ({ auditLog }) => {
      const actor = { kind: 'session', sessionId: randomUUID(), userId: randomUUID() } as const;
      const refused = auditEntry(2, { actor, outcome: 'refused', code: 'ACCESS_DENIED' });
      auditLog.append(auditEntry(1));
      auditLog.append(refused);
      assertSameList(await listed(auditLog, ONE, 10), [refused, auditEntry(1)]);
    });

    test('lists in the order of appending what happened in one millisecond', async (stores) => {
      const { auditLog } = stores;
      for (const action of ['first', 'second', 'third']) auditLog.append(auditEntry(1, { action }));
      const actions = (await listed(auditLog, ONE, 10)).map((entry) => entry.action);
      deepStrictEqual(actions, ['third', 'second', 'first']);
    });

    test('lists at most as many as asked for', async ({ auditLog }) => {
      for (let at = 1; at <= 5; at++) auditLog.append(auditEntry(at));
      deepStrictEqual(await momentsOf(auditLog, ONE, 2), [5, 4]);
      deepStrictEqual(await momentsOf(auditLog, ONE, 0), []);
      deepStrictEqual(await momentsOf(auditLog, ONE, 100), [5, 4, 3, 2, 1]);
    });

    test('keeps organizations apart', async ({ auditLog }) => {
      auditLog.append(auditEntry(1));
      auditLog.append(auditEntry(2, { organizationId: TWO }));
      auditLog.append(auditEntry(3));
      deepStrictEqual(await momentsOf(auditLog, ONE, 10), [3, 1]);
      deepStrictEqual(await momentsOf(auditLog, TWO, 10), [2]);
      deepStrictEqual(await momentsOf(auditLog, randomUUID(), 10), []);
    });

    test('does not change with an entry that was appended', async ({ auditLog }) => {
      const details = { name: 'Flight' };
      auditLog.append(auditEntry(1, { details }));
      details.name = 'changed';
      deepStrictEqual((await listed(auditLog, ONE, 1))[0]?.details, { name: 'Flight' });
    });

    test('does not throw at what it cannot keep, and goes on', async ({ auditLog }) => {
      auditLog.append(auditEntry(1, { details: { run: () => {} } }));
      auditLog.append(auditEntry(2));
      deepStrictEqual(await momentsOf(auditLog, ONE, 1), [2]);
    });

    test('tells two entries apart that are alike, also in an import', async ({ auditLog }) => {
      for (let copy = 0; copy < 2; copy++) auditLog.append(auditEntry(1));
      await auditLog.flush();
      await auditLog.import(each(await collect(auditLog.export())));
      deepStrictEqual(await momentsOf(auditLog, ONE, 10), [1, 1]);
    });

    describePortable(test, subject, {
      store: 'auditLog',
      kinds: ['auditEntry'],
      refers: false,
      async fill({ auditLog }) {
        // Two alike are two.
        for (let copy = 0; copy < 2; copy++) auditLog.append(auditEntry(1));
        auditLog.append(auditEntry(1, { outcome: 'refused', code: 'ACCESS_DENIED' }));
        auditLog.append(auditEntry(2, { organizationId: TWO }));
        await auditLog.flush();
      },
    });
  });
}

async function listed(
  log: AuditLog,
  organizationId: string,
  limit: number,
): Promise<readonly AuditEntry[]> {
  await log.flush();
  return log.list(organizationId, limit);
}

async function momentsOf(log: AuditLog, organizationId: string, limit: number): Promise<number[]> {
  return (await listed(log, organizationId, limit)).map(({ at }) => at);
}

function auditEntry(at: number, changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    at,
    organizationId: ONE,
    actor: { kind: 'program', name: 'test' },
    action: 'channel.create',
    details: { channel: { name: 'Flight' } },
    outcome: 'committed',
    ...changes,
  };
}
