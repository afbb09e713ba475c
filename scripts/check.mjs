import './require-node.mjs';
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { Failure, runScript } from './failure.mjs';
import { root } from './root.mjs';
import { elapsed, say } from './say.mjs';
import { setUp } from './setup.mjs';

const afterTests = process.argv.includes('--after-tests');

/**
 * All that continuous integration checks, cheapest first. With `--after-tests` the tests have just run with
 * SIDETONE_COVERAGE=1, and only their coverage is looked at.
 */
const steps = [
  { name: 'types', script: ['types.mjs'] },
  { name: 'lint', script: ['lint.mjs'] },
  { name: 'format', script: ['format.mjs', '--check'] },
  { name: 'packages', script: ['packages.mjs'] },
  { name: 'bytes', script: ['bytes.mjs'] },
  afterTests
    ? { name: 'coverage', script: ['coverage.mjs', '--after-tests'] }
    : { name: 'tests and coverage', script: ['coverage.mjs'] },
  { name: 'promises', script: ['promises.mjs'] },
];

await runScript(async () => {
  const startMs = Date.now();
  await setUp({ build: true });
  for (const { name, script } of steps) {
    const stepStartMs = Date.now();
    say(`check: ${name}`);
    const [file = '', ...args] = script;
    const code = await runChild(process.execPath, [join(root, 'scripts', file), ...args]);
    if (code !== 0) {
      throw new Failure(
        `check: ${name} FAILED after ${elapsed(stepStartMs)}; its lines above say why`,
      );
    }
    say(`check: ${name} passed in ${elapsed(stepStartMs)}`);
  }
  say(`check: all passed in ${elapsed(startMs)}`);
});
