import {
  createRecordingLogger,
  describeAuditLog,
  describeAuthenticator,
  describeChannelStore,
  describeClock,
  describeOrganizationStore,
} from '@sidetone/testkit';
import { GuestAuthenticator } from '../src/defaults/guest-authenticator.js';
import { MemoryAuditLog } from '../src/defaults/memory-audit-log.js';
import { MemoryChannelStore } from '../src/defaults/memory-channel-store.js';
import { MemoryOrganizationStore } from '../src/defaults/memory-organization-store.js';
import { SystemClock } from '../src/defaults/system-clock.js';

const runner = { describe, it };

describe('MemoryChannelStore', () => {
  describeChannelStore(runner, { create: () => new MemoryChannelStore() });
});

describe('MemoryOrganizationStore', () => {
  describeOrganizationStore(runner, { create: () => new MemoryOrganizationStore() });
});

describe('MemoryAuditLog', () => {
  describeAuditLog(runner, { create: () => new MemoryAuditLog({ log: createRecordingLogger() }) });
});

describe('GuestAuthenticator', () => {
  describeAuthenticator(runner, {
    create: () => ({
      authenticator: new GuestAuthenticator(),
      good: () => ({ name: 'Ada' }),
      bad: {
        'nothing but white space': { name: ' \t ' },
        'a control character': { name: 'Ada\u0000Lovelace' },
        'far too long': { name: 'x'.repeat(5000) },
      },
    }),
  });
});

describe('SystemClock', () => {
  describeClock(runner, {
    create: () => ({
      clock: new SystemClock(),
      pass: (ms) => new Promise((resolve) => setTimeout(() => setImmediate(resolve), ms + 2)),
    }),
  });
});
