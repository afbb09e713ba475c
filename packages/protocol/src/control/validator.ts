import type { TSchema } from 'typebox';

export type Validation<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly path: string; readonly message: string };

export interface Validator<T> {
  validate(value: unknown): Validation<T>;
}

/** What is wrong with a value, and where: a JSON pointer (RFC 6901), empty for the value itself. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** One schema, made ready. */
export interface SchemaCheck {
  accepts(value: unknown): boolean;
  /** The first fault of a value that is not accepted, if it can be seen in it. */
  firstFault(value: unknown): Fault | null;
}

/** More entries of a list or an object than any schema needs to see to call it too long. */
const EXCERPT_ENTRIES = 128;
/** Deeper than the schema of any message. */
const EXCERPT_DEPTH = 12;

/** Makes the schema ready once, on first use: who never calls a method does not pay for its schema. */
export function lazyValidator<T>(
  schema: TSchema,
  prepare: (schema: TSchema) => SchemaCheck,
): Validator<T> {
  let check: SchemaCheck | undefined;
  return {
    validate(value) {
      check ??= prepare(schema);
      if (check.accepts(value)) return { ok: true, value: value as T };
      // Faults are looked for in all of a value, as deep as it goes, so only in a part of it.
      const fault = check.firstFault(excerpt(value, EXCERPT_DEPTH));
      if (fault === null) return { ok: false, path: '/', message: 'is off its schema' };
      return { ok: false, path: fault.path === '' ? '/' : fault.path, message: fault.message };
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
