import { deepStrictEqual } from 'node:assert/strict';
import type { AuditEntry, AuditLog } from '@sidetone/core';
import { onFresh, type ContractRunner, type StoreSubject } from './contract-runner.js';

/** The suite of the `AuditLog` contract, for a log that keeps at least 100 entries. */
export function describeAuditLog(
  { describe, it }: ContractRunner,
  subject: StoreSubject<AuditLog>,
): void {
  const fresh = onFresh(subject);
  const { reopen } = subject;

  describe(`as an AuditLog that ${reopen ? 'outlives the process' : 'lives in memory'}`, () => {
    it(
      'is empty at first',
      fresh(async (log) => {
        deepStrictEqual([...(await log.list('one', 10))], []);
      }),
    );

    it(
      'lists newest first, every field of it',
      fresh(async (log) => {
        const actor = { kind: 'session', sessionId: 's', userId: 'u' } as const;
        const refused = auditEntry(2, { actor, outcome: 'refused', code: 'ACCESS_DENIED' });
        log.append(auditEntry(1));
        log.append(refused);
        deepStrictEqual(await plainList(log, 'one', 10), [refused, auditEntry(1)]);
      }),
    );

    it(
      'lists in the order of appending what happened in one millisecond',
      fresh(async (log) => {
        for (const action of ['first', 'second', 'third']) log.append(auditEntry(1, { action }));
        const actions = (await log.list('one', 10)).map((entry) => entry.action);
        deepStrictEqual(actions, ['third', 'second', 'first']);
      }),
    );

    it(
      'lists at most as many as asked for',
      fresh(async (log) => {
        for (let at = 1; at <= 5; at++) log.append(auditEntry(at));
        deepStrictEqual(await momentsOf(log, 'one', 2), [5, 4]);
        deepStrictEqual(await momentsOf(log, 'one', 0), []);
        deepStrictEqual(await momentsOf(log, 'one', 100), [5, 4, 3, 2, 1]);
      }),
    );

    it(
      'keeps organizations apart',
      fresh(async (log) => {
        log.append(auditEntry(1));
        log.append(auditEntry(2, { organizationId: 'two' }));
        log.append(auditEntry(3));
        deepStrictEqual(await momentsOf(log, 'one', 10), [3, 1]);
        deepStrictEqual(await momentsOf(log, 'two', 10), [2]);
        deepStrictEqual(await momentsOf(log, 'three', 10), []);
      }),
    );

    it(
      'does not change with an entry that was appended',
      fresh(async (log) => {
        const details = { name: 'Flight' };
        log.append(auditEntry(1, { details }));
        details.name = 'changed';
        deepStrictEqual((await plainList(log, 'one', 1))[0]?.details, { name: 'Flight' });
      }),
    );

    it(
      'does not throw at what it cannot keep, and goes on',
      fresh(async (log) => {
        log.append(auditEntry(1, { details: { run: () => {} } }));
        log.append(auditEntry(2));
        deepStrictEqual(await momentsOf(log, 'one', 1), [2]);
      }),
    );

    if (reopen === undefined) return;

    it(
      'has everything again after it was opened anew',
      fresh(async (log) => {
        log.append(auditEntry(1));
        log.append(auditEntry(2));
        const reopened = await reopen(log);
        deepStrictEqual(await plainList(reopened, 'one', 10), [auditEntry(2), auditEntry(1)]);
      }),
    );
  });
}

/** The fields alone: a log may give objects of a class or without prototype. */
async function plainList(
  log: AuditLog,
  organizationId: string,
  limit: number,
): Promise<AuditEntry[]> {
  return structuredClone([...(await log.list(organizationId, limit))]);
}

async function momentsOf(log: AuditLog, organizationId: string, limit: number): Promise<number[]> {
  return (await log.list(organizationId, limit)).map(({ at }) => at);
}

function auditEntry(at: number, changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    at,
    organizationId: 'one',
    actor: { kind: 'program', name: 'test' },
    action: 'channel.create',
    details: { channel: { name: 'Flight' } },
    outcome: 'committed',
    ...changes,
  };
}
