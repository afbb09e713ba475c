/**
 * The words and the code of an error of a driver, without its statement and without its details:
 * those hold values of rows, hashes of passwords and tokens among them.
 */
export class DriverError extends Error {
  override readonly name = 'DriverError';
  readonly code: string | undefined;

  constructor(error: unknown) {
    super(wordsOf(error));
    this.code = codeOf(error);
  }
}

export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Knex puts the statement before the words of the database, with " - " between them. */
function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const first = message.split('\n', 1)[0] ?? '';
  return first.slice(first.lastIndexOf(' - ') + 1).replace(/^- /, '');
}
