import { expect } from 'chai';
import { MemoryAuditLog } from '../../src/defaults/memory-audit-log.js';
import { auditEntry } from '../contract/audit-log.js';
import { RecordingLogger } from '../double/recording-logger.js';

describe('memory audit log', () => {
  it('keeps the newest entries and lets the oldest go', async () => {
    const log = new MemoryAuditLog({ log: new RecordingLogger(), capacity: 3 });
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
    const logger = new RecordingLogger();
    const log = new MemoryAuditLog({ log: logger });
    log.append(auditEntry(1, { details: { run: () => {} } }));
    expect(logger.errors).to.have.length(1);
    expect(logger.errors[0]).to.include('"channel.create"');
  });
});
