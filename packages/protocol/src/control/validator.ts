import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

export type Validation<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly path: string; readonly message: string };

export interface Validator<T> {
  validate(value: unknown): Validation<T>;
}

/**
 * Compiles once, on first use: a client that never calls a method does not pay for its schema.
 * Under a Content-Security-Policy without `unsafe-eval` typebox interprets the schema instead.
 */
export function createValidator<S extends TSchema>(schema: S): Validator<Static<S>> {
  let compiled: ReturnType<typeof Compile<S>> | undefined;
  return {
    validate(value) {
      compiled ??= Compile(schema);
      if (compiled.Check(value)) return { ok: true, value: value as Static<S> };
      const first = compiled.Errors(value)[0];
      return {
        ok: false,
        path:
          first?.instancePath === undefined || first.instancePath === '' ? '/' : first.instancePath,
        message: first?.message ?? 'is off its schema',
      };
    },
  };
}
