/**
 * Names a contract in the container and carries its type. A contract is found by the object that
 * its package exports: two tokens of one name are two tokens.
 */
export interface Token<T> {
  readonly name: string;
  /** Whether several plugins may provide it side by side; otherwise the second is an error. */
  readonly many: boolean;
  /** What the container knows it by; unique to this token. */
  readonly key: symbol;
  /** Never set; it makes `Token<A>` and `Token<B>` different types. */
  readonly contract?: T;
}

export function createToken<T>(name: string, options: { readonly many?: boolean } = {}): Token<T> {
  return Object.freeze({ name, many: options.many ?? false, key: Symbol(name) });
}
