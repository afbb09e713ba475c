import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
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

/** @param {string} folder */
function expand(folder) {
  const [parent, rest] = folder.split('/*/');
  if (parent === undefined || rest === undefined) return [folder];
  if (!existsSync(join(root, parent))) return [];
  return readdirSync(join(root, parent)).map((name) => `${parent}/${name}/${rest}`);
}

/** @param {string} folder */
function holdsTests(folder) {
  const path = join(root, folder);
  if (!existsSync(path)) return false;
  return readdirSync(path, { recursive: true }).some((name) => String(name).endsWith('.test.ts'));
}
