import { assetsError, type FailedAttempt } from './assets-error.js';

/** A place from which a file may be loaded. */
export interface Place<T> {
  readonly from: string;
  readonly load: () => Promise<T>;
}

/** What the first place gives that gives anything. Rejects with `ERR_CLIENT_ASSETS`. */
export async function firstThatLoads<T>(
  kind: 'worker' | 'worklet',
  places: readonly Place<T>[],
): Promise<T> {
  const failed: FailedAttempt[] = [];
  for (const { from, load } of places) {
    try {
      return await load();
    } catch (cause) {
      failed.push({ from, cause });
    }
  }
  throw assetsError(kind, failed);
}
