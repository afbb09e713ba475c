import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** What is written into `dist` of the package. */
const OUTPUTS = ['browser.js', 'worker.js', 'worklet.js', 'inlined.js', 'THIRD-PARTY-LICENSES.txt'];

/** In a worklet module below this size Vite puts a data: URL, which a Content-Security-Policy forbids. */
const VITE_INLINES_BELOW = 4_096;

/** @param {string} root */
const clientSdk = (root) => join(root, 'packages', 'client-sdk');

/** @type {import('esbuild').BuildOptions & { write: false, metafile: true }} */
const shared = {
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2023',
  conditions: ['@sidetone/source', 'browser'],
  logLevel: 'warning',
  write: false,
  metafile: true,
};

/**
 * Writes what pages load of the SDK into a folder: `browser.js`, the SDK for the main thread with all that it needs;
 * `worker.js` and `worklet.js`, complete programs for the other threads, the Worker with Opus in it; `inlined.js`, both
 * once more as text, for pages that cannot get at the files. From sources, so that nothing has to be built before.
 * @param {string} root
 * @param {string} [folder]
 */
export async function bundleClient(root, folder = join(clientSdk(root), 'dist')) {
  const { build } = await import('esbuild');
  const programs = await bundlePrograms(root, folder);
  const entry = await build({
    ...shared,
    absWorkingDir: root,
    entryPoints: [join(clientSdk(root), 'src', 'index.browser.ts')],
    plugins: [inlinedBeside, await withoutDescriptions()],
  });
  writeFileSync(join(folder, 'browser.js'), onlyOutput(entry));
  const { worker, worklet } = programs;
  const inlined = [
    `export const workerCode = ${JSON.stringify(worker.code)};`,
    `export const workletCode = ${JSON.stringify(worklet.code)};`,
  ];
  writeFileSync(join(folder, 'inlined.js'), `${inlined.join('\n')}\n`);
  const inputs = [entry.metafile, worker.metafile, worklet.metafile].flatMap((metafile) =>
    Object.keys(metafile.inputs),
  );
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), licensesOf(root, inputs));
}

/**
 * Writes `worker.js` and `worklet.js` alone: what a page needs beside it that a test bundles from sources.
 * @param {string} root
 * @param {string} folder
 */
export async function bundlePrograms(root, folder) {
  // Not at the top of the file: what imports this also installs esbuild.
  const { build } = await import('esbuild');
  mkdirSync(folder, { recursive: true });
  const browser = join(clientSdk(root), 'src', 'browser');
  const bundled = (/** @type {string} */ entry) =>
    build({
      ...shared,
      absWorkingDir: root,
      minify: true,
      entryPoints: [join(browser, entry)],
      plugins: [opusWithin(root)],
      loader: { '.wasm': 'binary' },
    });
  const [worker, worklet] = await Promise.all([
    bundled('worker/worker.ts'),
    bundled('worklet/worklet.ts'),
  ]);
  const workletCode = onlyOutput(worklet);
  if (workletCode.length < VITE_INLINES_BELOW) {
    throw new Error(`worklet.js has ${workletCode.length} bytes; Vite would inline it`);
  }
  writeFileSync(join(folder, 'worker.js'), onlyOutput(worker));
  writeFileSync(join(folder, 'worklet.js'), workletCode);
  return {
    worker: { code: onlyOutput(worker), metafile: worker.metafile },
    worklet: { code: workletCode, metafile: worklet.metafile },
  };
}

/**
 * The wasm of Opus becomes part of the program: a Worker that fetches it needs a server that knows where it is, and
 * `connect-src`.
 * @param {string} root
 * @returns {import('esbuild').Plugin}
 */
function opusWithin(root) {
  return {
    name: 'opus-within',
    setup({ onLoad }) {
      const { resolve } = createRequire(join(root, 'packages', 'opus-wasm', 'package.json'));
      const from = (/** @type {string} */ name) =>
        JSON.stringify(resolve(`opus-encdec/dist/libopus-${name}.wasm.min.wasm`));
      onLoad({ filter: /[\\/]worker[\\/]opus-bytes\.ts$/ }, ({ path }) => ({
        resolveDir: join(path, '..'),
        contents: [
          `import decoder from ${from('decoder')};`,
          `import encoder from ${from('encoder')};`,
          'export const opusBytes = () => ({ decoder, encoder });',
        ].join('\n'),
      }));
    },
  };
}

/**
 * The empty module of the sources gives way to the one beside the bundle.
 * @type {import('esbuild').Plugin}
 */
const inlinedBeside = {
  name: 'inlined-beside',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/inlined\.js$/ }, ({ path }) => ({ path, external: true }));
  },
};

/**
 * Leaves out what schemas say to readers of the reference: 6 kB that every page would load and none reads.
 * @returns {Promise<import('esbuild').Plugin>}
 */
async function withoutDescriptions() {
  const { default: ts } = await import('typescript');
  return {
    name: 'without-descriptions',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]protocol[\\/]src[\\/]control[\\/][^\\/]+\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        /** @type {import('typescript').Node[]} */
        const found = [];
        const visit = (/** @type {import('typescript').Node} */ node) => {
          const named = ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node);
          if (named && node.name.getText() === 'description') found.push(node);
          else ts.forEachChild(node, visit);
        };
        visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
        let contents = text;
        // From the last one, so that the places of those before it stay right.
        for (const { pos, end } of found.reverse()) {
          contents = contents.slice(0, pos) + contents.slice(end).replace(/^\s*,/, '');
        }
        return { contents, loader: 'ts' };
      });
    },
  };
}

/** @param {import('esbuild').BuildResult<{ write: false }>} result */
function onlyOutput({ outputFiles }) {
  const [file] = outputFiles;
  if (file === undefined || outputFiles.length !== 1) throw new Error('esbuild wrote no one file');
  return file.text;
}

/**
 * The licences of the packages that are part of the bundles, which ask to be handed on.
 * @param {string} root
 * @param {string[]} inputs paths from the root
 */
function licensesOf(root, inputs) {
  const folders = inputs.flatMap(
    (path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
  );
  const texts = [...new Set(folders)].sort().map((folder) => {
    const files = readdirSync(join(root, folder)).filter((name) => /^licen[cs]e/i.test(name));
    const [license] = files;
    if (license === undefined) throw new Error(`${folder} is bundled and has no licence file`);
    const { name, version } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    return `${name} ${version}\n\n${readFileSync(join(root, folder, license), 'utf8').trim()}\n`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

/**
 * Whether all of it is there, or nothing is to be written in this folder.
 * @param {string} root
 */
export function isClientBundled(root) {
  const folder = clientSdk(root);
  return !existsSync(folder) || OUTPUTS.every((name) => existsSync(join(folder, 'dist', name)));
}
