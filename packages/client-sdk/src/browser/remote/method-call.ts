type MethodsOf<T> = {
  [M in keyof T]: T[M] extends (...args: never[]) => unknown ? M : never;
}[keyof T];

/** A call of one of these methods, as data. */
export type MethodCall<T, M extends MethodsOf<T>> = {
  [N in M]: T[N] extends (...args: infer A) => unknown
    ? { readonly method: N; readonly args: A }
    : never;
}[M];

/** Does what the data says. */
export function callMethod<T, M extends MethodsOf<T>>(on: T, call: MethodCall<T, M>): unknown {
  const { method, args } = call as { readonly method: M; readonly args: unknown[] };
  return (on[method] as (...args: unknown[]) => unknown).apply(on, args);
}
