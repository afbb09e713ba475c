import { postgres, type PostgresOptions } from '@sidetone/plugin-postgres';
import { expect } from 'chai';

const CANARY = 'canary-6d1f';
const URL = `postgres://ada:${CANARY}@127.0.0.1:5432/sidetone`;

describe('postgres()', () => {
  it('takes a URL alone', () => {
    expect(postgres({ url: URL }).name).to.equal('@sidetone/plugin-postgres');
    expect(postgres({ url: URL.replace('postgres:', 'postgresql:') }).provides).to.have.length(14);
  });

  it('reports all problems of its options at once, with their paths', () => {
    const options = { url: 'nonsense', maxConnections: 0, idleTimeoutMs: 1.5, colour: 'red' };
    expect(problemsOf(options)).to.deep.equal([
      '"colour" is not an option',
      'url must look like postgres://user:password@host:port/database',
      'maxConnections "0" must be an integer from 1 to 100',
      'idleTimeoutMs "1.5" must be an integer from 1000 to 3600000',
    ]);
  });

  it('refuses time that core does not have', () => {
    expect(problemsOf({ url: URL, operationTimeoutMs: 2_000 })).to.deep.equal([
      'operationTimeoutMs "2000" must be an integer from 100 to 1900',
    ]);
  });

  it('refuses URLs of other databases, broken ones and those that name none, and repeats no password', () => {
    for (const url of [
      `mysql://ada:${CANARY}@127.0.0.1/sidetone`,
      `postgres://ada:${CANARY}@127.0.0.1:99999/sidetone`,
      `postgres://ada:${CANARY}@127.0.0.1`,
      `ada:${CANARY}@127.0.0.1/sidetone`,
      CANARY,
      '',
    ]) {
      const failure = failureOf({ url });
      expect(failure.code).to.equal('ERR_POSTGRES_OPTIONS');
      expect(JSON.stringify(failure) + failure.stack + String(failure.cause)).not.to.include(
        CANARY,
      );
    }
  });
});

interface Failure extends Error {
  readonly code?: string;
  readonly details?: { readonly problems: readonly string[] };
}

function failureOf(options: PostgresOptions): Failure {
  try {
    postgres(options);
  } catch (error) {
    return error as Failure;
  }
  throw new Error('it took the options');
}

function problemsOf(options: object): readonly string[] | undefined {
  return failureOf(options as PostgresOptions).details?.problems;
}
