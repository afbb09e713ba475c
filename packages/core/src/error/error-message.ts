/** The words of whatever was thrown, for messages of errors that name their cause. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
