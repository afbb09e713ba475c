import { expect } from 'chai';
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

describe('the browser edge of the wasm codec', () => {
  it('bundles for a browser without any module or global of Node, and fetches nothing', async () => {
    const result = await build({
      entryPoints: [fileURLToPath(new URL('../src/index.browser.ts', import.meta.url))],
      bundle: true,
      write: false,
      platform: 'browser',
      format: 'esm',
      conditions: ['@sidetone/source'],
      logLevel: 'silent',
    });
    const code = result.outputFiles[0]?.text ?? '';
    expect(code).to.include('libopus-decoder.wasm.min.wasm');
    expect(code).not.to.match(/["']node:|\bBuffer\b|\bprocess\.|\bfetch\(|XMLHttpRequest/);
  });
});
