import { expect } from 'chai';
import * as TypeBox from 'typebox';
import type { TSchema } from 'typebox';
import { allSchemas } from '../fixtures/all-schemas.js';

type Facts = Record<string, never>;

/** All that a schema is: its keywords in order, and what typebox hides in it. */
function dump(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const shown = Object.entries(value).map(([key, part]) => [key, dump(part)]);
  const hidden = Object.getOwnPropertyNames(value)
    .filter((key) => key.startsWith('~'))
    .map((key) => [key, Object.getOwnPropertyDescriptor(value, key)]);
  return { shown, hidden };
}

/** The same schema, made by typebox. */
function rebuilt(schema: TSchema): TSchema {
  const made = rebuiltKind(schema as Facts);
  return '~optional' in schema ? TypeBox.Optional(made) : made;
}

const STRUCTURE = [
  'type',
  'required',
  'properties',
  'items',
  'anyOf',
  'patternProperties',
  'const',
];

function rebuiltKind(schema: Facts): TSchema {
  const { properties, items, anyOf, patternProperties, const: literal } = schema;
  const options = Object.fromEntries(
    Object.entries(schema).filter(([key]) => !STRUCTURE.includes(key)),
  );
  switch (schema['~kind'] as unknown) {
    case 'Object': {
      const parts = Object.entries<TSchema>(properties ?? {});
      return TypeBox.Object(Object.fromEntries(parts.map(([k, v]) => [k, rebuilt(v)])), options);
    }
    case 'Array':
      return TypeBox.Array(rebuilt(items as unknown as TSchema), options);
    case 'Tuple':
      return TypeBox.Tuple((items as unknown as TSchema[]).map(rebuilt), options);
    case 'Union':
      return TypeBox.Union((anyOf as unknown as TSchema[]).map(rebuilt), options);
    case 'Literal':
      return TypeBox.Literal(literal as unknown as string, options);
    case 'Record':
      return TypeBox.Record(
        TypeBox.String(),
        rebuilt(Object.values<TSchema>(patternProperties ?? {})[0] ?? TypeBox.Never()),
        options,
      );
    case 'Null':
      return TypeBox.Null(options);
    case 'Boolean':
      return TypeBox.Boolean(options);
    case 'Integer':
      return TypeBox.Integer(options);
    case 'Number':
      return TypeBox.Number(options);
    case 'String':
      return TypeBox.String(options);
    case 'Unknown':
      return TypeBox.Unknown(options);
    default:
      throw new Error(`typebox is not asked for "${String(schema['~kind'])}"`);
  }
}

describe('The builder of schemas', () => {
  it('makes the schemas that typebox makes, with all that it hides in them', () => {
    for (const [name, schema] of allSchemas()) {
      expect(dump(schema), name).to.deep.equal(dump(rebuilt(schema)));
    }
  });
});
