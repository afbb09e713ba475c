import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPage, isPageBuilt } from './build-page.mjs';
import { bundleClient, isClientBundled } from './bundle-client.mjs';
import { runTool } from './child.mjs';
import { Failure } from './failure.mjs';
import { elapsed, say } from './say.mjs';

/**
 * Builds all packages and examples when a source has changed since the last build or an output is absent. Starting
 * the compiler only to hear that nothing changed takes a second; this takes some milliseconds.
 * @param {string} root
 */
export async function buildIfStale(root) {
  const fingerprint = sourceFingerprint(root);
  const complete = projects(root).every(isBuilt) && isClientBundled(root) && isPageBuilt(root);
  if (fingerprint === lastBuilt(root) && complete) return;
  say('set-up: building packages and examples (tsc -b, esbuild)');
  const startMs = Date.now();
  const code = await runTool('typescript', ['-b'], { command: 'tsc', cwd: root, stdout: 'stderr' });
  if (code !== 0) throw new Failure('set-up: the build failed; the lines above say where.');
  await bundleClient(root);
  await buildPage(root);
  mkdirSync(join(root, 'node_modules', '.cache'), { recursive: true });
  writeFileSync(stampPath(root), fingerprint);
  say(`set-up: built in ${elapsed(startMs)}`);
}

/**
 * The folders that `tsc -b` builds.
 * @param {string} root
 */
export function projects(root) {
  /** @type {{ references: { path: string }[] }} */
  const config = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  return config.references.map(({ path }) => join(root, path));
}

/** @param {string} folder of a project */
function isBuilt(folder) {
  return existsSync(join(folder, 'dist', 'tsconfig.tsbuildinfo'));
}

/**
 * Names, sizes and times of everything the build reads.
 * @param {string} root
 */
export function sourceFingerprint(root) {
  const hash = createHash('sha256').update(process.version);
  const add = (/** @type {string} */ path) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) return;
    if (stats.isDirectory()) {
      for (const name of readdirSync(path).sort()) add(join(path, name));
    } else {
      hash.update(`${path}\0${stats.size}\0${stats.mtimeMs}\n`);
    }
  };
  add(join(root, 'tsconfig.json'));
  add(join(root, 'tsconfig.base.json'));
  add(join(root, 'node_modules', '.sidetone-install.json'));
  add(join(root, 'scripts', 'bundle-client.mjs'));
  add(join(root, 'scripts', 'build-page.mjs'));
  add(join(root, 'examples', 'reference-server', 'page'));
  for (const folder of projects(root)) {
    for (const name of ['package.json', 'tsconfig.json', 'src']) add(join(folder, name));
  }
  return hash.digest('hex');
}

/** @param {string} root */
function lastBuilt(root) {
  const path = stampPath(root);
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

/** @param {string} root */
function stampPath(root) {
  return join(root, 'node_modules', '.cache', 'sidetone-build');
}
