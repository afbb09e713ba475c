import { codecError } from './codec-error.js';

/** All problems in one error. */
export function settingsError(what: 'encoder' | 'decoder', problems: readonly string[]): Error {
  return codecError(
    'ERR_CODEC_SETTINGS',
    `no Opus ${what} has these settings: ${problems.join('; ')}`,
    { details: { problems } },
  );
}
