import './require-node.mjs';
import { findOrInstallBrowser } from './browser.mjs';
import { clearCoverage, coverageEnv } from './coverage-data.mjs';
import { runTool } from './child.mjs';
import { runScript } from './failure.mjs';
import { runLanes } from './lanes.mjs';
import { dealtTests, matchingSpecs } from './specs.mjs';
import { setUp } from './setup.mjs';

/** What is tested in one process keeps a core busy, what has several mostly waits for servers and networks. */
const AT_ONCE = 3;
/** More than are run at once, so that nobody waits for long for the last one. */
const HANDS = 8;

const lanes = () => [
  { name: 'packages', specs: matchingSpecs(['packages/*/test']) },
  ...dealtTests(['test', 'examples/*/test'], HANDS).map((files, hand) => ({
    name: `test and examples, ${hand + 1} of ${HANDS}`,
    specs: files.filter((name) => !name.startsWith('test/promises/')),
  })),
];

// npm test -- [files] [mocha options]. With SIDETONE_COVERAGE=1 the run leaves its coverage for scripts/coverage.mjs.
await runScript(async () => {
  await setUp({ build: true });
  const args = process.argv.slice(2);
  const named = args.some((arg) => arg.endsWith('.ts'));
  if (!named) await findOrInstallBrowser();
  const collect = process.env.SIDETONE_COVERAGE === '1';
  if (collect) clearCoverage();
  const env = { SIDETONE_BUILT: '1', ...(collect ? coverageEnv() : {}) };
  if (named) return runTool('mocha', args, { env });
  const colours = process.stdout.isTTY ? ['--color'] : [];
  return runLanes(
    lanes().map(({ name, specs }) => ({
      name,
      run: (output) => runTool('mocha', [...specs, ...colours, ...args], { env, output }),
    })),
    AT_ONCE,
  );
});
