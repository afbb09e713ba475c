import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { lazyValidator, type SchemaCheck, type Validator } from './validator.js';

/**
 * A validator for values of this schema, compiled to code on first use; interpreted where a program
 * may not make code from strings.
 * `NoInfer`: the compiler needs seconds to guess a schema from the type that is expected.
 */
export function createValidator<S extends TSchema>(schema: S): Validator<NoInfer<Static<S>>> {
  return lazyValidator(schema, compile);
}

function compile(schema: TSchema): SchemaCheck {
  const compiled = Compile(schema);
  return {
    accepts: (value) => compiled.Check(value),
    // `Check` stops at the first fault; `Errors` takes a square of the time for lists of unique items.
    firstFault: (value) => {
      const first = compiled.Errors(value)[0];
      return first === undefined
        ? null
        : { path: first.instancePath, message: first.message ?? 'is off its schema' };
    },
  };
}
