import { optionError } from '../error/error-codes.js';

export function requireRange(name: string, value: number, min: number, max: number): number {
  if (!(value >= min && value <= max)) {
    throw optionError(name, value, `give a number from ${min} to ${max}`);
  }
  return value;
}
