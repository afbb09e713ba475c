import {
  GuestAuthenticator,
  MemoryAuditLog,
  MemoryChannelStore,
  MemoryOrganizationStore,
  SystemClock,
} from '@sidetone/core';
import { createFakeClock } from '../../src/clock/fake-clock.js';
import { describeAuditLog } from '../../src/contract/audit-log.js';
import { describeAuthenticator } from '../../src/contract/authenticator.js';
import { describeChannelStore } from '../../src/contract/channel-store.js';
import { describeClock } from '../../src/contract/clock.js';
import { describeCodec } from '../../src/contract/codec.js';
import { describeControlTransport } from '../../src/contract/control-transport.js';
import { describeOrganizationStore } from '../../src/contract/organization-store.js';
import { describeVoiceTransport } from '../../src/contract/voice-transport.js';
import { createRecordingLogger } from '../../src/log/recording-logger.js';
import { createControlBench, createVoiceBench, MESSAGE_BYTES } from './memory-bench.js';
import { pcmCodec } from './pcm-codec.js';

const runner = { describe, it };

describe('core: MemoryChannelStore', () => {
  describeChannelStore(runner, { create: () => new MemoryChannelStore() });
});

describe('core: MemoryOrganizationStore', () => {
  describeOrganizationStore(runner, { create: () => new MemoryOrganizationStore() });
});

describe('core: MemoryAuditLog', () => {
  describeAuditLog(runner, { create: () => new MemoryAuditLog({ log: createRecordingLogger() }) });
});

describe('core: GuestAuthenticator', () => {
  describeAuthenticator(runner, {
    create: () => ({
      authenticator: new GuestAuthenticator(),
      good: () => ({ name: 'Ada' }),
      bad: {
        'a control character': { name: 'Ada\u0000Lovelace' },
        'far too long': { name: 'x'.repeat(5000) },
      },
    }),
  });
});

describe('core: SystemClock', () => {
  describeClock(runner, {
    create: () => ({
      clock: new SystemClock(),
      pass: (ms) => new Promise((resolve) => setTimeout(() => setImmediate(resolve), ms + 2)),
    }),
  });
});

describe('fake clock', () => {
  describeClock(runner, {
    create: () => {
      const clock = createFakeClock();
      return { clock, pass: (ms) => clock.advanceAsync(ms) };
    },
  });
});

describe('memory transport', () => {
  describeControlTransport(runner, { create: createControlBench, messageBytes: MESSAGE_BYTES });
  describeVoiceTransport(runner, { create: createVoiceBench, noticesLoss: true });
});

describe('a codec of plain samples', () => {
  describeCodec(runner, { create: () => pcmCodec });
});
