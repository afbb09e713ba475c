import { createValidator, type Validator } from '@sidetone/protocol';
import type { PortableRecord } from '../contracts/stored-record.js';
import { coreError } from '../error/error-codes.js';
import type { PortableKind, PortableKinds } from './portable-kinds.js';
import { portableSchemas } from './portable-schemas.js';

/** What a store does with a line of each kind that it knows. */
export type PortableIntake<K extends PortableKind> = {
  readonly [Kind in K]: (record: PortableKinds[Kind]) => void | Promise<void>;
};

/**
 * The `import` of a store: gives each line, once its shape is found right, to what the store does
 * with its kind. Rejects with `ERR_STORE_IMPORT` at the first that is not.
 */
export async function importRecords<K extends PortableKind>(
  records: AsyncIterable<PortableRecord>,
  intake: PortableIntake<K>,
): Promise<void> {
  const validators = new Map<string, Validator<unknown>>();
  for await (const { kind, record } of records) {
    if (!isKnown(kind, intake)) {
      const known = Object.keys(intake).join(', ');
      throw importError(kind, `the store knows no "${kind}"; it takes in ${known}`);
    }
    const validator = validators.get(kind) ?? createValidator(portableSchemas[kind]);
    validators.set(kind, validator);
    const validation = validator.validate(record);
    if (!validation.ok) {
      const { path, message } = validation;
      throw importError(kind, `"${kind}" has another shape: "${path}" ${message}`, path);
    }
    await intake[kind](record as unknown as PortableKinds[K]);
  }
}

function isKnown<K extends PortableKind>(kind: string, intake: PortableIntake<K>): kind is K {
  return Object.hasOwn(intake, kind);
}

function importError(kind: string, message: string, path?: string): Error {
  return coreError('ERR_STORE_IMPORT', message, {
    details: path === undefined ? { kind } : { kind, path },
  });
}
