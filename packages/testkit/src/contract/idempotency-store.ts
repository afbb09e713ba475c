import { randomUUID } from 'node:crypto';
import type { AnswerRecord, StoreSet } from '@sidetone/core';
import type { ContractRunner, StoreSubject } from './contract-runner.js';
import { assertSameRecord, tamper } from './same-records.js';
import { describeStore, NO_UUID } from './store-suite.js';
import { randomHash } from './stored-records.js';

/** The suite of the `IdempotencyStore` contract. */
export function describeIdempotencyStore(
  runner: ContractRunner,
  subject: StoreSubject<StoreSet>,
): void {
  const { reopen } = subject;

  describeStore(runner, 'IdempotencyStore', subject, (test) => {
    test('gives back what was put under a key of a session', async ({ idempotency }) => {
      const one = answerRecord();
      const two = answerRecord({ sessionId: one.sessionId, answer: '"two"' });
      const three = answerRecord({ key: one.key, answer: `"${'x'.repeat(70_000)}"` });
      for (const each of [one, two, three]) await idempotency.put(each);
      for (const each of [one, two, three]) {
        assertSameRecord(await idempotency.get(each.sessionId, each.key), each);
      }
      assertSameRecord(await idempotency.get(two.sessionId, three.key), one);
      assertSameRecord(await idempotency.get(three.sessionId, two.key), null);
      assertSameRecord(await idempotency.get(randomUUID(), one.key), null);
      assertSameRecord(await idempotency.get(NO_UUID, NO_UUID), null);
    });

    test('replaces what is under the key', async ({ idempotency }) => {
      const record = answerRecord();
      await Promise.all([idempotency.put(record), idempotency.put(record)]);
      const other = { ...record, answer: '{}', fingerprint: randomHash(), expiresAt: 2000 };
      await idempotency.put(other);
      assertSameRecord(await idempotency.get(record.sessionId, record.key), other);
    });

    test('deletes what has expired, and nothing else', async ({ idempotency }) => {
      const records = [999, 1000, 1001].map((expiresAt) => answerRecord({ expiresAt }));
      for (const each of records) await idempotency.put(each);
      await idempotency.deleteExpired(998);
      const [before, at, after] = records as [AnswerRecord, AnswerRecord, AnswerRecord];
      assertSameRecord(await idempotency.get(before.sessionId, before.key), before);
      await idempotency.deleteExpired(1000);
      assertSameRecord(await idempotency.get(before.sessionId, before.key), null);
      assertSameRecord(await idempotency.get(at.sessionId, at.key), null);
      assertSameRecord(await idempotency.get(after.sessionId, after.key), after);
    });

    test('does not change with the objects that went in and came out', async (stores) => {
      const { idempotency } = stores;
      const record = answerRecord();
      const given = { ...record };
      await idempotency.put(given);
      tamper(given, { answer: '1' });
      tamper(await idempotency.get(record.sessionId, record.key), { answer: '2' });
      assertSameRecord(await idempotency.get(record.sessionId, record.key), record);
    });

    if (reopen === undefined) return;

    test('has everything again after it was opened anew', async (stores) => {
      const record = answerRecord();
      await stores.idempotency.put(record);
      const { idempotency } = await reopen(stores);
      assertSameRecord(await idempotency.get(record.sessionId, record.key), record);
    });
  });
}

function answerRecord(changes: Partial<AnswerRecord> = {}): AnswerRecord {
  return {
    sessionId: randomUUID(),
    key: randomUUID(),
    fingerprint: randomHash(),
    answer: '{"channel":{"name":"Ümlaut ✈"}}',
    expiresAt: 1000,
    ...changes,
  };
}
