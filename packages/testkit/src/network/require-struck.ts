import { testkitError } from '../error/error-codes.js';
import type { Direction } from './direction.js';

/** Fails where a fault has struck less often than a test needs to prove anything. */
export function requireStruck<S extends object>(
  statistics: Readonly<S>,
  direction: Direction,
  fault: keyof S & string,
  atLeast: number,
): void {
  const struck = Number(statistics[fault]);
  if (struck >= atLeast) return;
  throw testkitError(
    'ERR_TESTKIT_NOT_STRUCK',
    `"${fault}" struck ${struck} times on the ${direction}, the test needs ${atLeast}; ` +
      `what happened: ${JSON.stringify(statistics)}`,
  );
}
