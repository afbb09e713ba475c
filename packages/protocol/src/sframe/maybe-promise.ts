/** A value that a synchronous cipher has at once and WebCrypto later. */
export type MaybePromise<T> = T | Promise<T>;

/**
 * Goes on with a value as soon as it is there: in the same tick when it is no promise, so that the
 * synchronous path pays for no microtask. A throw of `next` is thrown or rejects accordingly.
 */
export function andThen<T, R>(
  value: MaybePromise<T>,
  next: (value: T) => MaybePromise<R>,
): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
