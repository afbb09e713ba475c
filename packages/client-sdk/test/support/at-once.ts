import type { MaybePromise } from '@sidetone/protocol';

/** What has to be there in the same turn. */
export function atOnce<T>(value: MaybePromise<T>): T {
  if (value instanceof Promise) throw new Error('it is still on its way');
  return value;
}
