import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './root.mjs';

/** Where Node leaves the raw coverage of the test process and of every process that a test starts. */
export const RAW_COVERAGE = join(root, 'coverage', 'tmp');

/** @returns {Record<string, string>} the environment in which Node and its children collect coverage */
export function coverageEnv() {
  return { NODE_V8_COVERAGE: RAW_COVERAGE };
}

export function clearCoverage() {
  rmSync(join(root, 'coverage'), { recursive: true, force: true });
  mkdirSync(RAW_COVERAGE, { recursive: true });
}

/** @returns {string[]} the files of the last collecting test run */
export function rawCoverageFiles() {
  try {
    return readdirSync(RAW_COVERAGE).map((name) => join(RAW_COVERAGE, name));
  } catch {
    return [];
  }
}

/**
 * @typedef {object} RawCoverage as Node writes it
 * @property {{ url: string, functions: { functionName: string }[] }[]} result
 * @property {Record<string, unknown>} [source-map-cache]
 */

/** Leaves only what is about our packages, which makes the report several times faster, and true. */
export function keepOwnCoverage() {
  for (const path of rawCoverageFiles()) {
    /** @type {RawCoverage} */
    const coverage = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(
      path,
      JSON.stringify(ownCoverage(coverage, pathToFileURL(join(root, 'packages/')).href)),
    );
  }
}

/**
 * @param {RawCoverage} coverage
 * @param {string} packagesUrl
 * @returns {RawCoverage}
 */
export function ownCoverage(coverage, packagesUrl) {
  const isOwn = (/** @type {string} */ url) =>
    url.startsWith(packagesUrl) && /^[^/]+\/(src|dist)\//.test(url.slice(packagesUrl.length));
  const maps = Object.entries(coverage['source-map-cache'] || {}).filter(([url]) => isOwn(url));
  return {
    result: coverage.result
      .filter(({ url }) => isOwn(url))
      .map((script) => ({ ...script, functions: script.functions.filter(isMappedRight) })),
    'source-map-cache': Object.fromEntries(maps),
  };
}

/**
 * The loader gives each class a static block that keeps its name, and maps it to the start of the file: counted, it
 * would mark all lines before the class as covered.
 * @param {{ functionName: string }} entry
 */
function isMappedRight({ functionName }) {
  return functionName !== '<static_initializer>';
}
