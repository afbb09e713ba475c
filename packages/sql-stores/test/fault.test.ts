import { isVoiceError } from '@sidetone/protocol';
import { expect } from 'chai';
import { inspect } from 'node:util';
import { postgresFaultOf } from '../src/dialect/postgres-fault.js';
import { DriverError } from '../src/error/driver-error.js';
import { faultError } from '../src/error/fault-error.js';

const CANARY = 'canary-91c0';

function driverError(message: string, fields: object = {}): Error {
  return Object.assign(new Error(message), fields);
}

describe('An error of a driver', () => {
  it('keeps its words and its code, and neither statement nor values', () => {
    const error = driverError(
      `insert into "t" ("hash") values ($1) - null value in column "kind" violates not-null constraint`,
      { code: '23502', detail: `Failing row contains (${CANARY}).`, where: CANARY },
    );
    const kept = new DriverError(error);
    expect(kept.message).to.equal('null value in column "kind" violates not-null constraint');
    expect(kept.code).to.equal('23502');
    expect(inspect(faultError(error, null), { depth: 9 })).not.to.include(CANARY);
  });

  it('is one of the codes of the contracts where they have one', () => {
    const codes = (['conflict', 'reference', 'unavailable', 'retry'] as const).map((fault) => {
      const error = faultError(driverError('x', { code: 'X' }), fault);
      return isVoiceError(error) ? error.code : null;
    });
    expect(codes).to.deep.equal([
      'ERR_STORE_CONFLICT',
      'ERR_STORE_REFERENCE',
      'ERR_STORE_UNAVAILABLE',
      'ERR_STORE_UNAVAILABLE',
    ]);
  });

  it('that is a mistake of the program stays what it is', () => {
    const mistake = new TypeError('x is not a function');
    expect(faultError(mistake, null)).to.equal(mistake);
    expect(postgresFaultOf(mistake)).to.equal(null);
  });

  it('of PostgreSQL is told apart by its SQLSTATE, and by its words where it has none', () => {
    const faults = [
      driverError('x', { code: '23505' }),
      driverError('x', { code: '23503' }),
      driverError('x', { code: '40P01' }),
      driverError('x', { code: '57P01' }),
      driverError('x', { code: '53300' }),
      driverError('x', { code: '08006' }),
      driverError('x', { code: '55000' }),
      driverError('x', { code: 'ECONNREFUSED' }),
      driverError('Connection terminated unexpectedly'),
      driverError('select 1 - Query read timeout'),
      driverError('aborted'),
      driverError('x', { code: '42703' }),
    ].map(postgresFaultOf);
    expect(faults).to.deep.equal([
      'conflict',
      'reference',
      'retry',
      ...Array.from({ length: 8 }, () => 'unavailable'),
      null,
    ]);
  });
});
