import { deepStrictEqual, rejects } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { OrganizationRecord, OrganizationStore } from '@sidetone/core';
import { isVoiceError } from '@sidetone/protocol';
import { onFresh, type ContractRunner, type StoreSubject } from './contract-runner.js';
import { assertSameRecords, tamper } from './same-records.js';

const CONFLICT = { code: 'ERR_STORE_CONFLICT' };

/** The suite of the `OrganizationStore` contract. */
export function describeOrganizationStore(
  { describe, it }: ContractRunner,
  subject: StoreSubject<OrganizationStore>,
): void {
  const fresh = onFresh(subject);
  const { reopen } = subject;
  const kind = reopen ? 'outlives the process' : 'lives in memory';

  describe(`as an OrganizationStore that ${kind}`, () => {
    it(
      'is empty at first',
      fresh(async (store) => {
        assertSameRecords(await store.load(), []);
      }),
    );

    it(
      'gives back what was put',
      fresh(async (store) => {
        const records = [organization('Main'), organization('Straße 7 ✈')];
        for (const each of records) await store.put(each);
        assertSameRecords(await store.load(), records);
      }),
    );

    it(
      'renames what has the same id, also to another case of its name',
      fresh(async (store) => {
        const main = organization('Main');
        await store.put(main);
        await store.put({ ...main, name: 'MAIN' });
        assertSameRecords(await store.load(), [{ ...main, name: 'MAIN' }]);
      }),
    );

    it(
      'takes the same record twice as once',
      fresh(async (store) => {
        const main = organization('Main');
        await Promise.all([store.put(main), store.put(main)]);
        await store.put(main);
        assertSameRecords(await store.load(), [main]);
      }),
    );

    it(
      'refuses a taken name, in any case, and changes nothing',
      fresh(async (store) => {
        const [main, other] = [organization('Main'), organization('Other')];
        await store.put(main);
        await store.put(other);
        await rejects(store.put(organization('mAIN')), CONFLICT);
        await rejects(store.put({ ...other, name: 'MAIN' }), CONFLICT);
        assertSameRecords(await store.load(), [main, other]);
      }),
    );

    it(
      'gives a name to one of those who ask at the same time',
      fresh(async (store) => {
        const rivals = ['Main', 'main', 'MAIN'].map(organization);
        const results = await Promise.allSettled(rivals.map((rival) => store.put(rival)));
        const won = rivals.filter((_, at) => results[at]?.status === 'fulfilled');
        deepStrictEqual(won.length, 1);
        for (const result of results) {
          if (result.status === 'fulfilled') continue;
          const reason: unknown = result.reason;
          deepStrictEqual(isVoiceError(reason) ? reason.code : reason, CONFLICT.code);
        }
        assertSameRecords(await store.load(), won);
      }),
    );

    it(
      'gives a name free that nobody has any more',
      fresh(async (store) => {
        const main = organization('Main');
        await store.put(main);
        await store.put({ ...main, name: 'Renamed' });
        const next = organization('Main');
        await store.put(next);
        assertSameRecords(await store.load(), [{ ...main, name: 'Renamed' }, next]);
      }),
    );

    it(
      'does not change with the objects that went in and came out',
      fresh(async (store) => {
        const given = organization('Main');
        const original = { ...given };
        await store.put(given);
        tamper(given, { name: 'changed' });
        tamper((await store.load())[0], { name: 'changed' });
        assertSameRecords(await store.load(), [original]);
      }),
    );

    if (reopen === undefined) return;

    it(
      'has everything again after it was opened anew, taken names included',
      fresh(async (store) => {
        const main = organization('Main');
        await store.put(main);
        const reopened = await reopen(store);
        await rejects(reopened.put(organization('MAIN')), CONFLICT);
        assertSameRecords(await reopened.load(), [main]);
      }),
    );
  });
}

function organization(name: string): OrganizationRecord {
  return { id: randomUUID(), name };
}
