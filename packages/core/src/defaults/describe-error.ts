/** Causes of causes, and errors of aggregates, are told this deep. */
const MAX_DEPTH = 4;

/**
 * An error as a log shows it. Only known fields: what a database driver or an HTTP client hangs on
 * its errors besides may hold addresses and passwords.
 */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) {
    return typeof error === 'object' && error !== null ? 'object' : String(error);
  }
  const deeper = (inner: unknown): unknown => describeError(inner, depth + 1);
  const described: Record<string, unknown> = { name: error.name, message: error.message };
  if ('code' in error) described['code'] = String(error.code);
  if (error.stack !== undefined) described['stack'] = error.stack;
  if (depth >= MAX_DEPTH) return described;
  if (error.cause !== undefined) described['cause'] = deeper(error.cause);
  if (error instanceof AggregateError) described['errors'] = error.errors.map(deeper);
  return described;
}
