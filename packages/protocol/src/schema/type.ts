import type * as TypeBox from 'typebox';
import type { TProperties, TSchema } from 'typebox';

type Builder = Pick<
  typeof TypeBox,
  | 'Array'
  | 'Boolean'
  | 'Integer'
  | 'Literal'
  | 'Null'
  | 'Number'
  | 'Object'
  | 'Optional'
  | 'Record'
  | 'String'
  | 'Tuple'
  | 'Union'
  | 'Unknown'
>;

interface Facts {
  readonly [keyword: string]: unknown;
}

/**
 * Typebox's builder of schemas, with the types of the messages alone: theirs is 40 kB of code in a
 * page, because most kinds of type refer to all others. The schemas are the same ones, with the two
 * marks that typebox hides in them, so that its own functions work on them; a test compares them.
 */
export const Type: Builder = {
  Array: (items: TSchema, options?: Facts) => create('Array', { type: 'array', items }, options),
  Boolean: (options?: Facts) => create('Boolean', { type: 'boolean' }, options),
  Integer: (options?: Facts) => create('Integer', { type: 'integer' }, options),
  Literal: (value: string | number | boolean, options?: Facts) =>
    create('Literal', { type: typeof value, const: value }, options),
  Null: (options?: Facts) => create('Null', { type: 'null' }, options),
  Number: (options?: Facts) => create('Number', { type: 'number' }, options),
  Object: (properties: TProperties, options?: Facts) => {
    const required = Object.keys(properties).filter((key) => !isOptional(properties[key]));
    const needs = required.length === 0 ? {} : { required };
    return create('Object', { type: 'object', ...needs, properties }, options);
  },
  Optional: (schema: object) => {
    const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(schema));
    return hide(copy, '~optional', true);
  },
  Record: (_key: TSchema, value: TSchema, options?: Facts) =>
    create('Record', { type: 'object', patternProperties: { '^.*$': value } }, options),
  String: (options?: Facts) => create('String', { type: 'string' }, options),
  Tuple: (items: TSchema[], options?: Facts) =>
    create(
      'Tuple',
      { type: 'array', additionalItems: false, items, minItems: items.length },
      options,
    ),
  Union: (anyOf: TSchema[], options?: Facts) => create('Union', { anyOf }, options),
  Unknown: (options?: Facts) => create('Unknown', {}, options),
} as unknown as Builder;

function create(kind: string, facts: Facts, options: Facts = {}): object {
  return hide({ ...facts, ...options }, '~kind', kind);
}

function hide(schema: object, key: string, value: unknown): object {
  const property = { value, configurable: true, writable: true, enumerable: false };
  return Object.defineProperty(schema, key, property);
}

function isOptional(schema: object | undefined): boolean {
  return schema !== undefined && '~optional' in schema;
}
