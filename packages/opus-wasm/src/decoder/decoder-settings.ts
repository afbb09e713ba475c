import type { DecoderSettings } from '@sidetone/protocol';
import { settingsError } from '../settings-error.js';

/** Throws `ERR_CODEC_SETTINGS` if the number of channels is not one of Opus. */
export function checkDecoderSettings({ channels }: DecoderSettings): void {
  if (channels === 1 || channels === 2) return;
  throw settingsError('decoder', [`channels "${String(channels)}" must be 1 (mono) or 2 (stereo)`]);
}
