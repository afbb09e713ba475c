import { fileURLToPath } from 'node:url';

/**
 * The arguments by which Node runs a program of the examples. Under `npm test`, which has just built everything, that is
 * the built one: a process that translates its sources first needs three times as long to start, and the tests start
 * hundreds. Mocha by itself runs the sources, which no build has to be up to date for.
 * @param {string} source for instance `reference-server/src/main.ts`
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string[]}
 */
export function exampleProgram(source, env = process.env) {
  const at = (/** @type {string} */ file) =>
    fileURLToPath(new URL(`../examples/${file}`, import.meta.url));
  if (env['SIDETONE_BUILT'] !== '1') {
    return ['--conditions=@sidetone/source', '--import=tsx', at(source)];
  }
  return [at(source.replace('/src/', '/dist/').replace(/\.ts$/, '.js'))];
}
