import { createFakeClock } from '@sidetone/testkit';
import { GuestAuthenticator } from '../../src/defaults/guest-authenticator.js';
import { MemoryAuditLog } from '../../src/defaults/memory-audit-log.js';
import { MemoryChannelStore } from '../../src/defaults/memory-channel-store.js';
import { MemoryOrganizationStore } from '../../src/defaults/memory-organization-store.js';
import { SystemClock } from '../../src/defaults/system-clock.js';
import { describeAuditLog } from '../contract/audit-log.js';
import { describeAuthenticator } from '../contract/authenticator.js';
import { describeChannelStore } from '../contract/channel-store.js';
import { describeClock } from '../contract/clock.js';
import { describeOrganizationStore } from '../contract/organization-store.js';
import { RecordingLogger } from '../double/recording-logger.js';

const runner = { describe, it };

describe('MemoryChannelStore', () => {
  describeChannelStore(runner, () => new MemoryChannelStore());
});

describe('MemoryOrganizationStore', () => {
  describeOrganizationStore(runner, () => new MemoryOrganizationStore());
});

describe('MemoryAuditLog', () => {
  describeAuditLog(runner, () => new MemoryAuditLog({ log: new RecordingLogger() }));
});

describe('GuestAuthenticator', () => {
  describeAuthenticator(runner, () => ({
    authenticator: new GuestAuthenticator(),
    good: () => ({ name: 'Ada' }),
    bad: {
      'nothing but white space': { name: ' \t ' },
      'a control character': { name: 'Ada\u0000Lovelace' },
      'far too long': { name: 'x'.repeat(5000) },
    },
  }));
});

describe('SystemClock', () => {
  describeClock(runner, () => {
    const clock = new SystemClock();
    const pass = (ms: number): Promise<void> =>
      new Promise((resolve) => setTimeout(() => setImmediate(resolve), ms + 2));
    return { clock, pass };
  });
});

describe('the fake clock of the testkit', () => {
  describeClock(runner, () => {
    const clock = createFakeClock();
    return { clock, pass: (ms) => clock.advanceAsync(ms) };
  });
});
