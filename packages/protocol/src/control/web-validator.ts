import type { Static, TSchema } from 'typebox';
import { checkOf } from '../schema/check.js';
import { lazyValidator, type SchemaCheck, type Validator } from './validator.js';

/**
 * A validator for values of this schema, as small as a page needs it: for the keywords that the
 * messages use, and with no code made from strings. Its first use throws `ERR_PROTOCOL_SCHEMA` for
 * a schema with any other keyword, which it would have to pass over.
 */
export function createValidator<S extends TSchema>(schema: S): Validator<NoInfer<Static<S>>> {
  return lazyValidator(schema, prepare);
}

function prepare(schema: TSchema): SchemaCheck {
  const firstFault = checkOf(schema);
  return { accepts: (value) => firstFault(value) === null, firstFault };
}
