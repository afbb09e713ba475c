import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import type { ChannelRecord, ChannelStore } from '../../src/contracts/channel-store.js';
import type { ContractRunner } from './contract-runner.js';

export function channelRecord(changes: Partial<ChannelRecord> = {}): ChannelRecord {
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

/** `create` gives a fresh, empty store for each test. */
export function describeChannelStore(
  { describe, it }: ContractRunner,
  create: () => ChannelStore | Promise<ChannelStore>,
): void {
  describe('as a ChannelStore', () => {
    it('has no channels of an organization that it does not know', async () => {
      expect(await (await create()).load(randomUUID())).to.deep.equal([]);
    });

    it('gives back what was put, every field of it', async () => {
      const store = await create();
      const top = channelRecord({ participantLimit: 5 });
      const { organizationId } = top;
      const below = channelRecord({
        organizationId,
        parentId: top.id,
        name: 'Ümlaut ✈',
        topic: '',
      });
      await store.put(top);
      await store.put(below);
      expect(await store.load(organizationId)).to.have.deep.members([top, below]);
    });

    it('replaces what has the same id', async () => {
      const store = await create();
      const record = channelRecord();
      await store.put(record);
      const changed = { ...record, name: 'Ground', participantLimit: 9, parentId: randomUUID() };
      await store.put(changed);
      expect(await store.load(record.organizationId)).to.deep.equal([changed]);
    });

    it('takes the same record twice as once', async () => {
      const store = await create();
      const record = channelRecord();
      await store.put(record);
      await store.put(record);
      expect(await store.load(record.organizationId)).to.deep.equal([record]);
    });

    it('keeps organizations apart', async () => {
      const store = await create();
      const [one, two] = [channelRecord(), channelRecord()];
      await store.put(one);
      await store.put(two);
      await store.delete(one.organizationId, two.id);
      expect(await store.load(one.organizationId)).to.deep.equal([one]);
      expect(await store.load(two.organizationId)).to.deep.equal([two]);
    });

    it('deletes, and takes an unknown id for deleted', async () => {
      const store = await create();
      const record = channelRecord();
      await store.put(record);
      await store.delete(record.organizationId, record.id);
      await store.delete(record.organizationId, record.id);
      await store.delete(randomUUID(), randomUUID());
      expect(await store.load(record.organizationId)).to.deep.equal([]);
    });

    it('does not change with the objects that went in and came out', async () => {
      const store = await create();
      const given = channelRecord();
      const original = { ...given };
      await store.put(given);
      Object.assign(given, { name: 'changed' });
      const [first] = await store.load(original.organizationId);
      try {
        Object.assign(first!, { name: 'changed' });
      } catch {
        // A store may also give what cannot be changed.
      }
      expect(await store.load(original.organizationId)).to.deep.equal([original]);
    });
  });
}
