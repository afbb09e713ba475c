import { isVoiceError } from '@sidetone/protocol';
import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import type {
  OrganizationRecord,
  OrganizationStore,
} from '../../src/contracts/organization-store.js';
import type { ContractRunner } from './contract-runner.js';

const record = (name: string): OrganizationRecord => ({ id: randomUUID(), name });

/** `create` gives a fresh, empty store for each test. */
export function describeOrganizationStore(
  { describe, it }: ContractRunner,
  create: () => OrganizationStore | Promise<OrganizationStore>,
): void {
  describe('as an OrganizationStore', () => {
    it('is empty at first', async () => {
      expect(await (await create()).load()).to.deep.equal([]);
    });

    it('gives back what was put', async () => {
      const store = await create();
      const records = [record('Main'), record('Straße 7 ✈')];
      for (const each of records) await store.put(each);
      expect(await store.load()).to.have.deep.members(records);
    });

    it('renames what has the same id, also to another case of its name', async () => {
      const store = await create();
      const main = record('Main');
      await store.put(main);
      await store.put({ ...main, name: 'MAIN' });
      expect(await store.load()).to.deep.equal([{ ...main, name: 'MAIN' }]);
    });

    it('takes the same record twice as once', async () => {
      const store = await create();
      const main = record('Main');
      await store.put(main);
      await store.put(main);
      expect(await store.load()).to.deep.equal([main]);
    });

    it('refuses a taken name, in any case, and changes nothing', async () => {
      const store = await create();
      const [main, other] = [record('Main'), record('Other')];
      await store.put(main);
      await store.put(other);
      for (const taken of [record('mAIN'), { ...other, name: 'Main' }]) {
        expect(await conflictOf(() => store.put(taken))).to.equal('ERR_STORE_CONFLICT');
      }
      expect(await store.load()).to.have.deep.members([main, other]);
    });

    it('gives a name free that nobody has any more', async () => {
      const store = await create();
      const main = record('Main');
      await store.put(main);
      await store.put({ ...main, name: 'Renamed' });
      const next = record('Main');
      await store.put(next);
      expect(await store.load()).to.have.deep.members([{ ...main, name: 'Renamed' }, next]);
    });
  });
}

async function conflictOf(write: () => Promise<void>): Promise<string> {
  try {
    await write();
  } catch (error) {
    return isVoiceError(error) ? error.code : String(error);
  }
  return 'no error';
}
