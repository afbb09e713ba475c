import { protocolError } from '../error/protocol-error.js';

export const MAX_U8 = 0xff;
export const MAX_U16 = 0xffff;
export const MAX_U32 = 0xffff_ffff;

/** Refuses a number that would be cut to fit, for a frame with a wrong field is worse than none. */
export function requireUint(field: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= max) return;
  throw protocolError(
    'ERR_PROTOCOL_OUT_OF_RANGE',
    `"${value}" is no ${field}: pass a whole number from 0 to ${max}`,
    { field, value, max },
  );
}

/** Refuses a byte count outside `min`..`max`, both included. */
export function requireLength(field: string, length: number, min: number, max: number): void {
  if (length >= min && length <= max) return;
  const expected = min === max ? `exactly ${min}` : `${min} to ${max}`;
  throw protocolError(
    'ERR_PROTOCOL_LENGTH',
    `"${length}" bytes are no ${field}: pass ${expected} bytes`,
    { field, length, min, max },
  );
}
