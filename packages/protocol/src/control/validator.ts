import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

export type Validation<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly path: string; readonly message: string };

export interface Validator<T> {
  validate(value: unknown): Validation<T>;
}

/** More entries of a list or an object than any schema needs to see to call it too long. */
const EXCERPT_ENTRIES = 128;
/** Deeper than the schema of any message. */
const EXCERPT_DEPTH = 12;

/**
 * Compiles once, on first use: a client that never calls a method does not pay for its schema.
 * Under a Content-Security-Policy without `unsafe-eval` typebox interprets the schema instead.
 * `NoInfer`: the compiler needs seconds to guess a schema from the type that is expected.
 */
export function createValidator<S extends TSchema>(schema: S): Validator<NoInfer<Static<S>>> {
  let compiled: ReturnType<typeof Compile<S>> | undefined;
  return {
    validate(value) {
      compiled ??= Compile(schema);
      if (compiled.Check(value)) return { ok: true, value };
      // `Check` stops at the first fault; `Errors` looks at everything, takes a square of the time
      // for lists of unique items, and recurses as deep as the value goes.
      const first = compiled.Errors(excerpt(value, EXCERPT_DEPTH))[0];
      return {
        ok: false,
        path:
          first?.instancePath === undefined || first.instancePath === '' ? '/' : first.instancePath,
        message: first?.message ?? 'is off its schema',
      };
    },
  };
}

/** As much of a refused value as may be looked at closely, whoever made it. */
function excerpt(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return null;
  if (Array.isArray(value)) {
    return value.slice(0, EXCERPT_ENTRIES).map((item) => excerpt(item, depth - 1));
  }
  const entries: [string, unknown][] = [];
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    entries.push([key, excerpt((value as Record<string, unknown>)[key], depth - 1)]);
    if (entries.length === EXCERPT_ENTRIES) break;
  }
  return Object.fromEntries(entries);
}
