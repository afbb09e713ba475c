import { sqlite, type SqliteOptions } from '@sidetone/plugin-sqlite';
import { expect } from 'chai';

describe('sqlite()', () => {
  it('takes a path alone', () => {
    expect(sqlite({ file: 'sidetone.db' }).name).to.equal('@sidetone/plugin-sqlite');
  });

  it('reports all problems of its options at once, with their paths', () => {
    const options = { file: '', operationTimeoutMs: 5_000, mode: 'wal' };
    expect(problemsOf(options)).to.deep.equal([
      '"mode" is not an option',
      'file "" must be a path',
      'operationTimeoutMs "5000" must be an integer from 100 to 1900',
    ]);
  });

  it('refuses what would be kept until the process ends', () => {
    for (const file of [':memory:', 'file:x?mode=memory']) {
      expect(problemsOf({ file })?.[0]).to.include(`"${file}" must be a path`);
    }
  });
});

function problemsOf(options: object): readonly string[] | undefined {
  try {
    sqlite(options as SqliteOptions);
  } catch (error) {
    const { code, details } = error as { code?: string; details?: { problems: string[] } };
    expect(code).to.equal('ERR_SQLITE_OPTIONS');
    return details?.problems;
  }
  throw new Error('it took the options');
}
