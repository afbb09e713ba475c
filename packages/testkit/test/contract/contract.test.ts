import { createFakeClock } from '../../src/clock/fake-clock.js';
import { describeClock } from '../../src/contract/clock.js';
import { describeCodec } from '../../src/contract/codec.js';
import { describeControlTransport } from '../../src/contract/control-transport.js';
import { describeVoiceTransport } from '../../src/contract/voice-transport.js';
import { createControlBench, createVoiceBench, MESSAGE_BYTES } from './memory-bench.js';
import { pcmCodec } from './pcm-codec.js';

const runner = { describe, it };

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
