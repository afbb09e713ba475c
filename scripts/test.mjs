import './require-node.mjs';
import { findOrInstallBrowser } from './browser.mjs';
import { clearCoverage, coverageEnv } from './coverage-data.mjs';
import { runTool } from './child.mjs';
import { runScript } from './failure.mjs';
import { runLanes } from './lanes.mjs';
import { dealtTests } from './specs.mjs';
import { setUp } from './setup.mjs';

/**
 * What is tested in one process keeps a core busy and what has several mostly waits for servers and networks, which have
 * to be in time: neither is to have the other beside it. There are more hands than are played at once, so that nobody
 * waits for long for the last one.
 */
const phases = () => [
  { name: 'packages', folders: ['packages/*/test'], hands: 4, atOnce: 2, covered: true },
  { name: 'test and examples', folders: ['test', 'examples/*/test'], hands: 8, atOnce: 2 },
];

/** @param {string} file */
const isNoPromise = (file) => !file.startsWith('test/promises/');

// npm test -- [files] [mocha options]. With SIDETONE_COVERAGE=1 the run leaves its coverage for scripts/coverage.mjs.
await runScript(async () => {
  await setUp({ build: true });
  const args = process.argv.slice(2);
  const named = args.some((arg) => arg.endsWith('.ts'));
  if (!named) await findOrInstallBrowser();
  const collect = process.env.SIDETONE_COVERAGE === '1';
  if (collect) clearCoverage();
  const built = { SIDETONE_BUILT: '1' };
  const covered = { ...built, ...(collect ? coverageEnv() : {}) };
  if (named) return runTool('mocha', args, { env: covered });
  const colours = process.stdout.isTTY ? ['--color'] : [];
  return runLanes(
    phases().map(({ name, folders, hands, atOnce, covered: isCovered }) => ({
      atOnce,
      lanes: dealtTests(folders, hands).map((files, hand) => ({
        name: `${name}, ${hand + 1} of ${hands}`,
        run: (output) =>
          runTool('mocha', [...files.filter(isNoPromise), ...colours, ...args], {
            // Each package is covered by its own tests; the others have hundreds of processes, each with a file of it.
            env: isCovered ? covered : built,
            output,
          }),
      })),
    })),
  );
});
