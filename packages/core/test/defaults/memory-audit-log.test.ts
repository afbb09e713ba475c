import { createRecordingLogger } from '@sidetone/testkit';
import { expect } from 'chai';
import type { AuditEntry } from '../../src/contracts/audit-log.js';
import { MemoryAuditLog } from '../../src/defaults/memory-audit-log.js';

const auditEntry = (at: number, details: AuditEntry['details'] = {}): AuditEntry => ({
  at,
  organizationId: 'one',
  actor: { kind: 'program', name: 'test' },
  action: 'channel.create',
  details,
  outcome: 'committed',
});

describe('memory audit log', () => {
  it('keeps the newest entries and lets the oldest go', async () => {
    const log = new MemoryAuditLog({ log: createRecordingLogger(), capacity: 3 });
    const listed: number[][] = [];
    for (let at = 1; at <= 7; at++) {
      log.append(auditEntry(at));
      listed.push((await log.list('one', 10)).map((entry) => entry.at));
    }
    expect(listed).to.deep.equal([
      [1],
      [2, 1],
      [3, 2, 1],
      [4, 3, 2],
      [5, 4, 3],
      [6, 5, 4],
      [7, 6, 5],
    ]);
  });

  it('says when it cannot keep an entry', () => {
    const logger = createRecordingLogger();
    const log = new MemoryAuditLog({ log: logger });
    log.append(auditEntry(1, { run: () => {} }));
    expect(logger.messages('error')).to.have.length(1);
    expect(logger.messages('error')[0]).to.include('"channel.create"');
  });
});
