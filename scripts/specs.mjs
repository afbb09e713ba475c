import { existsSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { root } from './root.mjs';

/**
 * Mocha's globs for those test folders that hold tests: it warns of a glob that matches nothing.
 * @param {string[]} folders with `*` for one folder name
 */
export function matchingSpecs(folders) {
  return folders
    .flatMap((folder) => expand(folder))
    .filter(holdsTests)
    .map((folder) => `${folder}/**/*.test.ts`);
}

/**
 * The test files below these folders, dealt out like cards, so that each hand takes about as long.
 * @param {string[]} folders with `*` for one folder name
 * @param {number} hands
 * @returns {string[][]}
 */
export function dealtTests(folders, hands) {
  const files = folders.flatMap((folder) => expand(folder)).flatMap(testsBelow);
  return Array.from({ length: hands }, (_, hand) => files.filter((_, i) => i % hands === hand));
}

/** @param {string} folder */
function expand(folder) {
  const [parent, rest] = folder.split('/*/');
  if (parent === undefined || rest === undefined) return [folder];
  if (!existsSync(join(root, parent))) return [];
  return readdirSync(join(root, parent)).map((name) => `${parent}/${name}/${rest}`);
}

/** @param {string} folder */
function holdsTests(folder) {
  return testsBelow(folder).length > 0;
}

/** @param {string} folder */
function testsBelow(folder) {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true })
    .map((name) => `${folder}/${String(name).split(sep).join('/')}`)
    .filter((name) => name.endsWith('.test.ts'))
    .sort();
}
