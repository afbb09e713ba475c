import {
  createFakeClock,
  createRecordingLogger,
  type FakeClock,
  type RecordingLogger,
} from '@sidetone/testkit';
import { MemoryMetrics } from '../../src/defaults/memory-metrics.js';
import { PluginHooks } from '../../src/hook/plugin-hooks.js';

export interface HookBench {
  readonly clock: FakeClock;
  readonly log: RecordingLogger;
  readonly metrics: MemoryMetrics;
  readonly hooks: PluginHooks;
}

export function createHookBench(): HookBench {
  const clock = createFakeClock();
  const log = createRecordingLogger();
  const metrics = new MemoryMetrics();
  return {
    clock,
    log,
    metrics,
    hooks: new PluginHooks({ clock, log, metrics, guardTimeoutMs: 1000 }),
  };
}
