import type { Logger } from '@sidetone/core';

/** For programs whose output nobody reads. */
export const silentLogger: Logger = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => silentLogger,
};
