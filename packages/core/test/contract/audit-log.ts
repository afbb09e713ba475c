import { expect } from 'chai';
import type { AuditEntry, AuditLog } from '../../src/contracts/audit-log.js';
import type { ContractRunner } from './contract-runner.js';

export function auditEntry(at: number, changes: Partial<AuditEntry> = {}): AuditEntry {
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

/** `create` gives a fresh, empty log for each test, which keeps at least 100 entries. */
export function describeAuditLog(
  { describe, it }: ContractRunner,
  create: () => AuditLog | Promise<AuditLog>,
): void {
  describe('as an AuditLog', () => {
    it('is empty at first', async () => {
      expect(await (await create()).list('one', 10)).to.deep.equal([]);
    });

    it('lists newest first, every field of it', async () => {
      const log = await create();
      const actor = { kind: 'session', sessionId: 's', userId: 'u' } as const;
      const refused = auditEntry(2, { actor, outcome: 'refused', code: 'ACCESS_DENIED' });
      log.append(auditEntry(1));
      log.append(refused);
      expect(await log.list('one', 10)).to.deep.equal([refused, auditEntry(1)]);
    });

    it('lists at most as many as asked for', async () => {
      const log = await create();
      for (let at = 1; at <= 5; at++) log.append(auditEntry(at));
      expect((await log.list('one', 2)).map(({ at }) => at)).to.deep.equal([5, 4]);
      expect(await log.list('one', 0)).to.deep.equal([]);
    });

    it('keeps organizations apart', async () => {
      const log = await create();
      log.append(auditEntry(1));
      log.append(auditEntry(2, { organizationId: 'two' }));
      log.append(auditEntry(3));
      expect((await log.list('one', 10)).map(({ at }) => at)).to.deep.equal([3, 1]);
      expect((await log.list('two', 10)).map(({ at }) => at)).to.deep.equal([2]);
      expect(await log.list('three', 10)).to.deep.equal([]);
    });

    it('does not change with an entry that was appended', async () => {
      const log = await create();
      const details = { name: 'Flight' };
      log.append(auditEntry(1, { details }));
      details.name = 'changed';
      expect((await log.list('one', 1))[0]?.details).to.deep.equal({ name: 'Flight' });
    });

    it('does not throw at what it cannot keep', async () => {
      const log = await create();
      log.append(auditEntry(1, { details: { run: () => {} } }));
      log.append(auditEntry(2));
      expect((await log.list('one', 1))[0]?.at).to.equal(2);
    });
  });
}
