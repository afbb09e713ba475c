import './require-node.mjs';
import { findOrInstallBrowser } from './browser.mjs';
import { clearCoverage, coverageEnv } from './coverage-data.mjs';
import { runTool } from './child.mjs';
import { runScript } from './failure.mjs';
import { runLanes } from './lanes.mjs';
import { matchingSpecs } from './specs.mjs';
import { setUp } from './setup.mjs';

// Two processes side by side, one for each core of a small machine: the second one mostly waits, for servers and networks.
const LANES = [['packages/*/test', 'examples/*/test'], ['test']];

// npm test -- [files] [mocha options]. With SIDETONE_COVERAGE=1 the run leaves its coverage for scripts/coverage.mjs.
await runScript(async () => {
  await setUp({ build: true });
  const args = process.argv.slice(2);
  const named = args.some((arg) => arg.endsWith('.ts'));
  if (!named) await findOrInstallBrowser();
  const collect = process.env.SIDETONE_COVERAGE === '1';
  if (collect) clearCoverage();
  const env = collect ? coverageEnv() : {};
  if (named) return runTool('mocha', args, { env });
  const colours = process.stdout.isTTY ? ['--color'] : [];
  return runLanes(
    LANES.map((folders) => (output) => {
      const specs = ['--ignore=test/promises/**', ...matchingSpecs(folders)];
      return runTool('mocha', [...specs, ...colours, ...args], { env, output });
    }),
  );
});
