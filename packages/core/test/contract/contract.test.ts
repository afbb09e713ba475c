import { createFakeClock } from '@sidetone/testkit';
import { expect } from 'chai';
import type { AuditEntry, AuditLog } from '../../src/contracts/audit-log.js';
import type { Authenticator } from '../../src/contracts/authenticator.js';
import type { ChannelRecord, ChannelStore } from '../../src/contracts/channel-store.js';
import type {
  OrganizationRecord,
  OrganizationStore,
} from '../../src/contracts/organization-store.js';
import { failuresOf } from '../double/contract-check.js';
import { describeAuditLog } from './audit-log.js';
import { describeAuthenticator } from './authenticator.js';
import { describeChannelStore } from './channel-store.js';
import { describeClock } from './clock.js';
import { describeOrganizationStore } from './organization-store.js';

/** Keeps one list for all organizations, and the objects themselves. */
class CarelessChannelStore implements ChannelStore {
  readonly #records: ChannelRecord[] = [];

  async load(): Promise<readonly ChannelRecord[]> {
    return this.#records;
  }

  async put(record: ChannelRecord): Promise<void> {
    this.#records.push(record);
  }

  async delete(): Promise<void> {
    if (this.#records.pop() === undefined) throw new Error('nothing to delete');
  }
}

/** Knows nothing of unique names, and cannot rename. */
class CarelessOrganizationStore implements OrganizationStore {
  readonly #records: OrganizationRecord[] = [];

  async load(): Promise<readonly OrganizationRecord[]> {
    return this.#records;
  }

  async put(record: OrganizationRecord): Promise<void> {
    this.#records.push(record);
  }
}

/** Oldest first, no limit, all organizations together, the objects themselves, and it throws. */
class CarelessAuditLog implements AuditLog {
  readonly #entries: AuditEntry[] = [];

  append(entry: AuditEntry): void {
    structuredClone(entry);
    this.#entries.push(entry);
  }

  async list(): Promise<readonly AuditEntry[]> {
    return this.#entries;
  }
}

/** The same id for everybody, exceptions for denials, and the credentials in them. */
const carelessAuthenticator: Authenticator = {
  method: 'Not A Method',
  authenticate: async ({ name }) => {
    if (name === 'wrong')
      return { ok: false, code: 'AUTHENTICATION_FAILED', message: `no ${name}` };
    if (typeof name !== 'string') throw new Error('no name');
    return { ok: true, identity: { userId: 'guest', displayName: `${name}\n`, guest: true } };
  },
};

describe('contract suites turn red on careless implementations', () => {
  it('of a ChannelStore', async () => {
    const failed = await failuresOf((runner) =>
      describeChannelStore(runner, () => new CarelessChannelStore()),
    );
    expect(failed).to.deep.equal([
      'replaces what has the same id',
      'takes the same record twice as once',
      'keeps organizations apart',
      'deletes, and takes an unknown id for deleted',
      'does not change with the objects that went in and came out',
    ]);
  });

  it('of an OrganizationStore', async () => {
    const failed = await failuresOf((runner) =>
      describeOrganizationStore(runner, () => new CarelessOrganizationStore()),
    );
    expect(failed).to.deep.equal([
      'renames what has the same id, also to another case of its name',
      'takes the same record twice as once',
      'refuses a taken name, in any case, and changes nothing',
      'gives a name free that nobody has any more',
    ]);
  });

  it('of an AuditLog', async () => {
    const failed = await failuresOf((runner) =>
      describeAuditLog(runner, () => new CarelessAuditLog()),
    );
    expect(failed).to.deep.equal([
      'lists newest first, every field of it',
      'lists at most as many as asked for',
      'keeps organizations apart',
      'does not change with an entry that was appended',
      'does not throw at what it cannot keep',
    ]);
  });

  it('of an Authenticator', async () => {
    const failed = await failuresOf((runner) =>
      describeAuthenticator(runner, () => ({
        authenticator: carelessAuthenticator,
        good: () => ({ name: 'Ada' }),
        bad: { wrong: { name: 'wrong' } },
      })),
    );
    expect(failed).to.have.length(5);
  });

  it('of a Clock', async () => {
    const clock = createFakeClock();
    const careless = {
      ...clock,
      now: () => clock.now(),
      wallTime: () => clock.now(),
      // As `setTimeout` takes it: what is too long fires at once, and nothing can be cancelled.
      after: (delayMs: number, fire: () => void) => {
        if (delayMs === 0) fire();
        else clock.after(delayMs > 2 ** 31 ? 1 : delayMs - 1, fire);
        return () => {};
      },
      every: (periodMs: number, fire: () => void) => {
        clock.every(periodMs, fire);
        return () => {};
      },
    };
    const failed = await failuresOf((runner) =>
      describeClock(runner, () => ({ clock: careless, pass: (ms) => clock.advanceAsync(ms) })),
    );
    expect(failed).to.deep.equal([
      'knows the wall time in milliseconds of the Unix epoch',
      'fires a timer once, and not before its time',
      'does not fire within the call that arms',
      'does not fire what was cancelled, and takes a second cancel',
      'fires each period until it is cancelled, also from inside',
      'keeps a delay of a month',
    ]);
  });
});
