import { expect } from 'chai';
import fc from 'fast-check';
import { Type as TypeBox, type TSchema } from 'typebox';
import { createValidator } from '../../src/control/node-validator.js';
import { createValidator as createWebValidator } from '../../src/control/web-validator.js';
import { allSchemas } from '../fixtures/all-schemas.js';
import { valueOf } from '../fixtures/schema-value.js';

const RUNS = 150;

/** Runs values of a schema through both validators; answers how many were allowed. */
function compare(name: string, schema: TSchema, runs: number): { allowed: number; of: number } {
  const [node, web] = [createValidator(schema), createWebValidator(schema)];
  let allowed = 0;
  fc.assert(
    fc.property(valueOf(schema), (value) => {
      const said = web.validate(value);
      expect(said, name).to.deep.equal(node.validate(value));
      if (said.ok) allowed += 1;
    }),
    { numRuns: runs },
  );
  return { allowed, of: runs };
}

describe('The validator of browsers', () => {
  it('says what typebox says of every schema of the protocol, in the same words', function () {
    this.timeout(60_000);
    let [allowed, of] = [0, 0];
    for (const [name, schema] of allSchemas()) {
      const counts = compare(name, schema, RUNS);
      allowed += counts.allowed;
      of += counts.of;
    }
    // Neither all good nor all bad, else the comparison would show little.
    expect(allowed / of).to.be.within(0.2, 0.8);
  });

  it('names the faults of each keyword as typebox does', () => {
    const schemas: TSchema[] = [
      TypeBox.Array(TypeBox.Unknown(), { uniqueItems: true, minItems: 1, maxItems: 3 }),
      TypeBox.Tuple([TypeBox.String(), TypeBox.Tuple([])]),
      TypeBox.Object({ 'a/~b': TypeBox.Optional(TypeBox.Object({ c: TypeBox.Null() })) }),
      TypeBox.Record(TypeBox.String(), TypeBox.Integer()),
      TypeBox.Union([TypeBox.Literal(1), TypeBox.Literal(true), TypeBox.Array(TypeBox.Number())]),
    ];
    const values: unknown[] = [
      [1, '1', 1],
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      [[], {}, null, 'x'],
      ['x', [], 3],
      ['x', [1]],
      [1],
      { 'a/~b': { c: 1 } },
      { 'a/~b': undefined },
      { 'a/~b': {}, more: 1 },
      { x: 1, 'y/~': 1.5 },
      2,
      [NaN],
    ];
    for (const schema of schemas) {
      for (const value of values) {
        expect(createWebValidator(schema).validate(value)).to.deep.equal(
          createValidator(schema).validate(value),
        );
      }
    }
  });

  it('refuses a schema with a keyword that it would pass over, at any depth', () => {
    const deep = TypeBox.Object({ list: TypeBox.Array(TypeBox.String({ format: 'email' })) });
    expect(() => createWebValidator(deep).validate({}))
      .to.throw('"format"')
      .with.property('code', 'ERR_PROTOCOL_SCHEMA');
    const inherited = TypeBox.String({ toString: 1 });
    expect(() => createWebValidator(inherited).validate('')).to.throw('"toString"');
  });
});
