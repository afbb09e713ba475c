import type { Fault } from '../control/validator.js';
import type { JsonSchema, Keyword } from './json-schema.js';

/** Answers the first fault of a value, or null. */
export type Check = (value: unknown) => Fault | null;
type Compose = (schema: JsonSchema) => Check;
type Items = readonly unknown[];
type Members = Readonly<Record<string, unknown>>;

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isMembers,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: Number.isFinite,
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
};

const at = (key: string | number, fault: Fault | null): Fault | null =>
  fault && { path: `/${pointerPart(key)}${fault.path}`, message: fault.message };

const pointerPart = (key: string | number): string =>
  String(key).replaceAll('~', '~0').replaceAll('/', '~1');

/** A check for values of one kind; a keyword says nothing about those of another. */
function on<T>(
  isKind: (value: unknown) => value is T,
  holds: (value: T) => boolean,
  message: string,
): Check {
  return (value) => (!isKind(value) || holds(value) ? null : { path: '', message });
}

const isString = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isItems: (value: unknown) => value is Items = Array.isArray;

/** In Unicode code points; counts no more of them than it takes to know. */
function isLonger(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  return text.length > 2 * limit || [...text].length > limit;
}

function firstIn<T>(list: readonly T[], faultOf: (item: T, index: number) => Fault | null) {
  for (const [index, item] of list.entries()) {
    const fault = faultOf(item, index);
    if (fault !== null) return fault;
  }
  return null;
}

/** Equal values have equal names: JSON, with the members of objects in order. */
function nameOf(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isMembers(part) ? Object.fromEntries(Object.entries(part).sort()) : part,
  );
}

/** What each keyword checks, in the order in which typebox tells its faults. */
export const keywords: {
  readonly [K in Keyword]: (schema: JsonSchema, compose: Compose) => Check;
} = {
  type: ({ type }) => {
    const holds = TYPES[type];
    return (value) => (holds?.(value) === true ? null : { path: '', message: `must be ${type}` });
  },
  required: ({ required }) => {
    return (value) => {
      if (!isMembers(value)) return null;
      const missing = required.filter((key) => !(key in value));
      if (missing.length === 0) return null;
      return { path: '', message: `must have required properties ${missing.join(', ')}` };
    };
  },
  patternProperties: ({ patternProperties }, compose) => {
    const patterns = Object.entries(patternProperties).map(
      ([pattern, schema]) => [new RegExp(pattern, 'u'), compose(schema)] as const,
    );
    return (value) => {
      if (!isMembers(value)) return null;
      return firstIn(patterns, ([pattern, check]) =>
        firstIn(Object.entries(value), ([key, part]) =>
          pattern.test(key) ? at(key, check(part)) : null,
        ),
      );
    };
  },
  properties: ({ properties, required = [] }, compose) => {
    const checks = Object.entries(properties).map(
      ([key, schema]) => [key, compose(schema), !required.includes(key)] as const,
    );
    return (value) => {
      if (!isMembers(value)) return null;
      return firstIn(checks, ([key, check, optional]) => {
        if (!(key in value) || (optional && value[key] === undefined)) return null;
        return at(key, check(value[key]));
      });
    };
  },
  additionalItems: ({ items }) => {
    const places = isItems(items) ? items.length : Infinity;
    return (value) => {
      if (!isItems(value) || value.length <= places) return null;
      return { path: `/${places}`, message: 'schema is false' };
    };
  },
  items: ({ items }, compose) => {
    const places = isItems(items) ? items.map((item) => compose(item)) : null;
    const each = places === null ? compose(items as JsonSchema) : null;
    return (value) => {
      if (!isItems(value)) return null;
      return firstIn(places === null ? value : value.slice(0, places.length), (item, index) =>
        at(index, (each ?? places?.[index])?.(item) ?? null),
      );
    };
  },
  minItems: ({ minItems }) =>
    on(isItems, ({ length }) => length >= minItems, `must not have fewer than ${minItems} items`),
  maxItems: ({ maxItems }) =>
    on(isItems, ({ length }) => length <= maxItems, `must not have more than ${maxItems} items`),
  uniqueItems: () =>
    on(
      isItems,
      (items) => new Set(items.map(nameOf)).size === items.length,
      'must not have duplicate items',
    ),
  minLength: ({ minLength }) =>
    on(
      isString,
      (text) => isLonger(text, minLength - 1),
      `must not have fewer than ${minLength} characters`,
    ),
  maxLength: ({ maxLength }) =>
    on(
      isString,
      (text) => !isLonger(text, maxLength),
      `must not have more than ${maxLength} characters`,
    ),
  pattern: ({ pattern }) => {
    const expression = new RegExp(pattern, 'u');
    return on(isString, (text) => expression.test(text), `must match pattern "${pattern}"`);
  },
  minimum: ({ minimum }) => on(isNumber, (number) => number >= minimum, `must be >= ${minimum}`),
  maximum: ({ maximum }) => on(isNumber, (number) => number <= maximum, `must be <= ${maximum}`),
  const: (schema) => (value) =>
    value === schema.const ? null : { path: '', message: 'must be equal to constant' },
  anyOf: ({ anyOf }, compose) => {
    const branches = anyOf.map((branch) => compose(branch));
    return (value) => {
      let first: Fault | null = null;
      for (const branch of branches) {
        const fault = branch(value);
        if (fault === null) return null;
        first ??= fault;
      }
      return first;
    };
  },
};
