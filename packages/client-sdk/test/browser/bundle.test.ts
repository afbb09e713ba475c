import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { build, type Metafile } from 'esbuild';

const ENTRY = fileURLToPath(new URL('../../src/index.browser.ts', import.meta.url));

/** Bundles the browser edge from sources, as an app's bundler would do with the package. */
async function bundle(): Promise<{ readonly text: string; readonly metafile: Metafile }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['@sidetone/source', 'browser'],
    logLevel: 'silent',
  });
  return { text: outputFiles[0]?.text ?? '', metafile };
}

describe('The browser bundle', () => {
  it('is made without any module of Node', async () => {
    const { metafile } = await bundle();
    const outside = Object.values(metafile.outputs).flatMap(({ imports }) => imports);
    expect(outside, 'imports left in the bundle').to.deep.equal([]);
    const inputs = Object.keys(metafile.inputs);
    const nodeEdge = inputs.filter((path) =>
      /client-sdk\/src\/node\/|\/node-[a-z-]+\.ts$/.test(path),
    );
    expect(nodeEdge).to.deep.equal([]);
    const fromNpm = inputs.filter((path) => path.includes('node_modules/'));
    const packages = new Set(
      fromNpm.map((path) => path.split('node_modules/').at(-1)?.split('/')[0]),
    );
    expect([...packages].sort()).to.deep.equal(['events', 'tiny-typed-emitter']);
    expect(packages.has('ws')).to.equal(false);
  });

  it('has nothing in it that a frame passes through: that is for Worker and worklet', async () => {
    const { metafile } = await bundle();
    const inputs = Object.values(metafile.outputs).flatMap(({ inputs: used }) =>
      Object.keys(used).filter((path) => (used[path]?.bytesInOutput ?? 0) > 0),
    );
    const media = inputs.filter((path) =>
      /client-sdk\/src\/(media\/local|receiver|voice|key)\/|\/(local-playback|mixer|talk-gate|source-encoder|talk-sender|frame-sealer)\.ts$|\/opus-wasm\/src\/(decoder|encoder|wasm)\//.test(
        path,
      ),
    );
    expect(media).to.deep.equal([]);
    expect(inputs.length, 'of what it has').to.be.above(100);
  });

  it('names no built-in module and no Node global in its code', async () => {
    const { text } = await bundle();
    expect(text).to.not.match(/["']node:/);
    for (const name of builtinModules.filter((module) => module !== 'events')) {
      expect(text).to.not.include(`require("${name}")`);
    }
    expect(text).to.not.match(/\bBuffer\b\.|\bprocess\.(?!env\b)/);
  });

  it('offers what the Node edge offers, but for what plays in its own thread and for streams of Node', async () => {
    const { metafile } = await bundle();
    const { exports = [] } = Object.values(metafile.outputs)[0] ?? {};
    const nodeEdge = await import('../../src/index.node.js');
    const onlyInNode = Object.keys(nodeEdge).filter((name) => !exports.includes(name));
    expect(onlyInNode.sort()).to.deep.equal([
      'AdaptiveReceiver',
      'FixedDelayReceiver',
      'Pacer',
      'TalkerRecorder',
      'ffmpegSource',
      'streamSink',
    ]);
    const onlyInPages = exports.filter((name) => !(name in nodeEdge));
    expect(onlyInPages.sort()).to.deep.equal(['bindKeys', 'keepAwake', 'preflight']);
  });
});
