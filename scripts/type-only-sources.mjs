import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

/**
 * Sources that hold types alone: nothing of them can run, and a report of all files would count them as never reached.
 * @returns {Promise<string[]>} paths relative to the repository
 */
export async function typeOnlySources() {
  const { transformSync } = await import('esbuild');
  return sources().filter((path) => {
    const { code } = transformSync(readFileSync(join(root, path), 'utf8'), {
      loader: 'ts',
      minify: true,
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    });
    return code.trim() === '';
  });
}

function sources() {
  return readdirSync(join(root, 'packages')).flatMap((name) => {
    const folder = `packages/${name}/src`;
    return list(folder).filter((path) => path.endsWith('.ts'));
  });
}

/**
 * @param {string} folder relative to the repository
 * @returns {string[]}
 */
function list(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .map((path) => `${folder}/${String(path).split('\\').join('/')}`)
    .sort();
}
