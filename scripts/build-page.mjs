// Makes the page of the reference server: one script, one style, the worker and the worklet of the SDK.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { Failure } from './failure.mjs';

/** @param {string} root */
const example = (root) => join(root, 'examples', 'reference-server');

/**
 * Writes `dist/page` of the reference server, if there is one in this folder. What is in `assets` has the hash of its content in its name, so that browsers may keep it for
 * ever and a new version is another file.
 * @param {string} root with the SDK built in it
 */
export async function buildPage(root) {
  // Not at the top of the file: what imports this also installs esbuild.
  const { build } = await import('esbuild');
  const source = join(example(root), 'page');
  if (!existsSync(source)) return;
  const target = join(example(root), 'dist', 'page');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(join(target, 'assets'), { recursive: true });
  const bundled = await build({
    entryPoints: [join(source, 'main.ts'), join(source, 'page.css')],
    outdir: target,
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['@sidetone/source', 'browser'],
    absWorkingDir: root,
  });
  const output = (/** @type {string} */ extension) =>
    bundled.outputFiles.find(({ path }) => path.endsWith(extension))?.contents ??
    missing(extension);
  const files = {
    'page.js': output('.js'),
    'page.css': output('.css'),
    'icon.svg': readFileSync(join(source, 'icon.svg')),
    'worker.js': fromSdk(root, 'worker.js'),
    'worklet.js': fromSdk(root, 'worklet.js'),
  };
  let html = readFileSync(join(source, 'index.html'), 'utf8');
  for (const [name, contents] of Object.entries(files)) {
    const url = writeAsset(target, name, contents);
    html = html.replaceAll(`{{${name}}}`, url);
  }
  writeFileSync(join(target, 'index.html'), html);
}

/**
 * Whether it is there, or nothing is to be built in this folder.
 * @param {string} root
 */
export function isPageBuilt(root) {
  const folder = example(root);
  return (
    !existsSync(join(folder, 'page')) || existsSync(join(folder, 'dist', 'page', 'index.html'))
  );
}

/**
 * @param {string} target
 * @param {string} name
 * @param {Uint8Array} contents
 */
function writeAsset(target, name, contents) {
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 12);
  const extension = extname(name);
  const hashed = `${name.slice(0, -extension.length)}-${hash}${extension}`;
  writeFileSync(join(target, 'assets', hashed), contents);
  return `/assets/${hashed}`;
}

/**
 * @param {string} root
 * @param {string} name
 */
function fromSdk(root, name) {
  const path = join(root, 'packages', 'client-sdk', 'dist', name);
  return existsSync(path) ? readFileSync(path) : missing(path);
}

/**
 * @param {string} what
 * @returns {never}
 */
function missing(what) {
  throw new Failure(`the page cannot be built: there is no ${what}; run "npm run build"`);
}
