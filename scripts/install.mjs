import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runChild } from './child.mjs';
import { Failure } from './failure.mjs';
import { elapsed, say } from './say.mjs';

/**
 * A user's npm configuration may leave out what we need, so each of these is said again. `NODE_ENV=production`
 * omits development dependencies, esbuild's binary is an optional one, and native packages build in scripts.
 */
const NPM_CI = [
  'ci',
  '--include=dev',
  '--include=optional',
  '--include=peer',
  '--ignore-scripts=false',
  '--package-lock=true',
  '--global=false',
  '--dry-run=false',
  '--audit=false',
  '--fund=false',
  '--loglevel=error',
];

/**
 * Why the dependencies have to be installed, or null when they are there.
 * @param {string} root
 * @returns {string | null}
 */
export function installProblem(root) {
  if (!existsSync(join(root, 'node_modules'))) return 'node_modules is absent';
  const stamp = readJson(stampPath(root));
  if (stamp && stamp.platform !== platform()) {
    return `node_modules was made for ${stamp.platform} and this is ${platform()}`;
  }
  if (stamp && stamp.lock === lockHash(root)) return null;
  const missing = firstMissing(root);
  return missing === null ? null : `${missing} of package-lock.json is not installed`;
}

/**
 * Installs what package-lock.json says, unless it is there.
 * @param {string} root
 */
export async function install(root) {
  const problem = installProblem(root);
  if (problem === null) {
    // Also after somebody's own `npm ci` or `npm install`.
    writeStamp(root);
    return;
  }
  say(`set-up: ${problem}`);
  say(
    'set-up: installing what package-lock.json says: 2 to 5 minutes, most of it to compile libopus for @discordjs/opus and SQLite for better-sqlite3',
  );
  const startMs = Date.now();
  const { command, first } = npmCommand();
  const shell = process.platform === 'win32' && command === 'npm';
  const code = await runChild(command, [...first, ...NPM_CI], {
    cwd: root,
    shell,
    stdout: 'stderr',
  });
  if (code !== 0) {
    throw new Failure(
      `set-up: npm ci failed with exit code ${code}; its lines above say why. Native packages need a C++ compiler, make and python3.`,
    );
  }
  writeStamp(root);
  say(`set-up: installed in ${elapsed(startMs)}`);
}

/**
 * The first package of the lock file that npm did not put in place, or null. npm keeps its own record of what it
 * installed; optional packages may be absent, because they are for other platforms.
 * @param {string} root
 */
function firstMissing(root) {
  const wanted = readJson(join(root, 'package-lock.json'));
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'));
  if (!wanted || !installed) return 'everything';
  for (const [path, entry] of Object.entries(wanted.packages)) {
    if (!path.includes('node_modules/') || entry.optional) continue;
    const found = installed.packages[path];
    const same = found && found.version === entry.version && found.integrity === entry.integrity;
    if (!same || !existsSync(join(root, path))) return path.replace(/^.*node_modules\//, '');
  }
  return null;
}

/** @param {string} root */
function writeStamp(root) {
  const stamp = `${JSON.stringify({ lock: lockHash(root), platform: platform() })}\n`;
  const path = stampPath(root);
  if (existsSync(path) && readFileSync(path, 'utf8') === stamp) return;
  writeFileSync(path, stamp);
}

/** @param {string} root */
function stampPath(root) {
  return join(root, 'node_modules', '.sidetone-install.json');
}

/** @param {string} root */
function lockHash(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** What native binaries were built for. */
function platform() {
  return `${process.platform} ${process.arch}, Node ABI ${process.versions.modules}`;
}

/** Npm as it runs us; started directly, the one on the path. */
function npmCommand() {
  const running = process.env.npm_execpath || '';
  if (basename(running) === 'npm-cli.js') return { command: process.execPath, first: [running] };
  return { command: 'npm', first: [] };
}

/** @param {string} path */
function readJson(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}
