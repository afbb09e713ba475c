import { randomUUID } from 'node:crypto';
import type { ChannelRecord, ChannelStore } from '@sidetone/core';
import { onFresh, type ContractRunner, type StoreSubject } from './contract-runner.js';
import { assertSameRecords, tamper } from './same-records.js';

/** The suite of the `ChannelStore` contract. */
export function describeChannelStore(
  { describe, it }: ContractRunner,
  subject: StoreSubject<ChannelStore>,
): void {
  const fresh = onFresh(subject);
  const { reopen } = subject;

  describe(`as a ChannelStore that ${reopen ? 'outlives the process' : 'lives in memory'}`, () => {
    it(
      'has no channels of an organization that it does not know',
      fresh(async (store) => {
        assertSameRecords(await store.load(randomUUID()), []);
      }),
    );

    it(
      'gives back what was put, every field of it',
      fresh(async (store) => {
        const top = channelRecord({ participantLimit: 65_535, position: 65_535 });
        const { organizationId, id: parentId } = top;
        const below = channelRecord({ organizationId, parentId, name: 'Ümlaut ✈ 🛰', topic: '' });
        await store.put(top);
        await store.put(below);
        assertSameRecords(await store.load(organizationId), [top, below]);
      }),
    );

    it(
      'replaces what has the same id',
      fresh(async (store) => {
        const record = channelRecord();
        const parent = channelRecord({ organizationId: record.organizationId });
        await store.put(parent);
        await store.put(record);
        const changed = { ...record, name: 'Ground', participantLimit: 9, parentId: parent.id };
        await store.put(changed);
        assertSameRecords(await store.load(record.organizationId), [parent, changed]);
      }),
    );

    it(
      'takes the same record twice as once',
      fresh(async (store) => {
        const record = channelRecord();
        await Promise.all([store.put(record), store.put(record)]);
        await store.put(record);
        assertSameRecords(await store.load(record.organizationId), [record]);
      }),
    );

    it(
      'lets two channels have one name, also under one parent',
      fresh(async (store) => {
        const one = channelRecord();
        const two = channelRecord({ organizationId: one.organizationId });
        await store.put(one);
        await store.put(two);
        assertSameRecords(await store.load(one.organizationId), [one, two]);
      }),
    );

    it(
      'keeps organizations apart',
      fresh(async (store) => {
        const [one, two] = [channelRecord(), channelRecord()];
        await store.put(one);
        await store.put(two);
        await store.delete(one.organizationId, two.id);
        assertSameRecords(await store.load(one.organizationId), [one]);
        assertSameRecords(await store.load(two.organizationId), [two]);
      }),
    );

    it(
      'deletes, and takes an unknown id for deleted',
      fresh(async (store) => {
        const record = channelRecord();
        const kept = channelRecord({ organizationId: record.organizationId });
        await store.put(record);
        await store.put(kept);
        await store.delete(record.organizationId, record.id);
        await store.delete(record.organizationId, record.id);
        await store.delete(randomUUID(), randomUUID());
        assertSameRecords(await store.load(record.organizationId), [kept]);
      }),
    );

    it(
      'takes a subtree away leaf by leaf',
      fresh(async (store) => {
        const top = channelRecord();
        const { organizationId } = top;
        const below = channelRecord({ organizationId, parentId: top.id });
        await store.put(top);
        await store.put(below);
        await store.delete(organizationId, below.id);
        await store.delete(organizationId, top.id);
        assertSameRecords(await store.load(organizationId), []);
      }),
    );

    it(
      'does not change with the objects that went in and came out',
      fresh(async (store) => {
        const given = channelRecord();
        const original = { ...given };
        await store.put(given);
        tamper(given, { name: 'changed' });
        const [first] = await store.load(original.organizationId);
        tamper(first, { name: 'changed' });
        assertSameRecords(await store.load(original.organizationId), [original]);
      }),
    );

    if (reopen === undefined) return;

    it(
      'has everything again after it was opened anew',
      fresh(async (store) => {
        const record = channelRecord();
        const deleted = channelRecord({ organizationId: record.organizationId });
        await store.put(record);
        await store.put(deleted);
        await store.delete(deleted.organizationId, deleted.id);
        const reopened = await reopen(store);
        assertSameRecords(await reopened.load(record.organizationId), [record]);
      }),
    );
  });
}

function channelRecord(changes: Partial<ChannelRecord> = {}): ChannelRecord {
  return {
    id: randomUUID(),
    organizationId: randomUUID(),
    parentId: null,
    name: 'Flight',
    topic: 'wings',
    position: 3,
    participantLimit: null,
    ...changes,
  };
}
