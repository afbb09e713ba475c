import type { EncoderSettings } from '@sidetone/protocol';

/** What the tests encode with unless they say otherwise. */
export const voice: EncoderSettings = {
  channels: 1,
  frameDurationMs: 20,
  bitrateBps: 32_000,
  application: 'voice',
};

export const frameDurationsMs = [10, 20, 40, 60] as const;
