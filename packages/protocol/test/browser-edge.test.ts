import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { build } from 'esbuild';

describe('the browser edge', () => {
  it('bundles for a browser without any module or global of Node', async () => {
    const result = await build({
      entryPoints: [fileURLToPath(new URL('../src/index.browser.ts', import.meta.url))],
      bundle: true,
      write: false,
      platform: 'browser',
      format: 'esm',
      metafile: true,
      logLevel: 'silent',
    });
    const inputs = Object.keys(result.metafile.inputs);
    expect(inputs.filter((path) => /node-[a-z-]+\.ts$/.test(path))).to.deep.equal([]);
    const code = result.outputFiles[0]?.text ?? '';
    expect(code).to.include('createWebCipher');
    expect(inputs.filter((path) => path.includes('node_modules/'))).to.deep.equal([]);
    expect(code).not.to.match(/["']node:|\bBuffer\b|\bprocess\./);
  });
});
