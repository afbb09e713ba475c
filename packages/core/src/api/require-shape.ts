import { createValidator, WireError } from '@sidetone/protocol';
import { Type, type TProperties } from 'typebox';

/**
 * For calls of programs in plain JavaScript too: throws `WireError` INVALID_PARAMS with the path of
 * the first fault, as a client is answered.
 */
export function requireShape(properties: TProperties, given: unknown): void {
  const validation = createValidator(Type.Object(properties)).validate(given);
  if (validation.ok) return;
  const { path, message } = validation;
  throw new WireError('INVALID_PARAMS', `"${path.slice(1)}" ${message}`, { details: { path } });
}
