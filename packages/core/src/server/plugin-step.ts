import { isVoiceError } from '@sidetone/protocol';
import type { Clock } from '../contracts/clock.js';
import { coreError } from '../error/error-codes.js';
import { errorMessage } from '../error/error-message.js';
import { withDeadline } from './deadline.js';
import type { HookStep, StepCallback } from './plugin-context.js';

export interface PluginStep {
  readonly plugin: string;
  readonly step: 'setup' | HookStep;
  readonly run: StepCallback;
}

/**
 * Runs one step of one plugin. Rejects with `ERR_PLUGIN_TIMEOUT`, with the `VoiceError` that the
 * plugin threw (it says what to do, and programs know its code), or with `ERR_PLUGIN_FAILED`.
 */
export async function runPluginStep(
  clock: Clock,
  timeoutMs: number,
  { plugin, step, run }: PluginStep,
): Promise<void> {
  const details = { plugin, step };
  const expired = (): Error =>
    coreError(
      'ERR_PLUGIN_TIMEOUT',
      `plugin "${plugin}" did not finish ${step} within ${timeoutMs} ms: see what it waits for, or raise setupTimeoutMs`,
      { details },
    );
  try {
    await withDeadline(clock, timeoutMs, run, expired);
  } catch (error) {
    if (isVoiceError(error)) throw error;
    const message = `plugin "${plugin}" failed in ${step}: ${errorMessage(error)}`;
    throw coreError('ERR_PLUGIN_FAILED', message, { cause: error, details });
  }
}
