import {
  createRecordingLogger,
  describeAuthenticator,
  describeClock,
  describeStores,
} from '@sidetone/testkit';
import { GuestAuthenticator } from '../src/defaults/guest-authenticator.js';
import { createMemoryStores } from '../src/defaults/memory-stores.js';
import { SystemClock } from '../src/defaults/system-clock.js';

const runner = { describe, it };

describe('stores in memory', () => {
  describeStores(runner, { create: () => createMemoryStores({ log: createRecordingLogger() }) });
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
