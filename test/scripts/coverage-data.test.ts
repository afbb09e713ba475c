import { expect } from 'chai';
import { ownCoverage } from '../../scripts/coverage-data.mjs';

describe('the coverage that is kept', () => {
  const script = (url: string, ...names: string[]) => ({
    url,
    functions: names.map((functionName) => ({ functionName })),
  });

  it('is that of our sources and of what was built from them', () => {
    const urls = [
      'file:///r/packages/core/src/a.ts',
      'file:///r/packages/core/dist/a.js',
      'file:///r/packages/core/test/a.test.ts',
      'file:///r/node_modules/ws/index.js',
      'node:internal/fs',
    ];
    const kept = ownCoverage(
      {
        result: urls.map((url) => script(url)),
        'source-map-cache': Object.fromEntries(urls.map((url) => [url, {}])),
      },
      'file:///r/packages/',
    );
    expect(kept.result.map(({ url }) => url)).to.deep.equal(urls.slice(0, 2));
    expect(Object.keys(kept['source-map-cache'] ?? {})).to.deep.equal(urls.slice(0, 2));
  });

  it('leaves out the static blocks that the loader adds', () => {
    const source = script('file:///r/packages/a/src/a.ts', '', '<static_initializer>', 'f');
    const kept = ownCoverage({ result: [source] }, 'file:///r/packages/');
    expect(kept.result[0]?.functions).to.deep.equal([{ functionName: '' }, { functionName: 'f' }]);
  });
});
