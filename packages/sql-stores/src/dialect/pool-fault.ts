/** What knex and its pool throw when no connection is to be had. */
export function isPoolFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'KnexTimeoutError' || error.name === 'TimeoutError') return true;
  return error.message === 'aborted' || error.message === 'Unable to acquire a connection';
}
