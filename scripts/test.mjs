import './require-node.mjs';
import { findOrInstallBrowser } from './browser.mjs';
import { clearCoverage, coverageEnv } from './coverage-data.mjs';
import { runTool } from './child.mjs';
import { runScript } from './failure.mjs';
import { matchingSpecs } from './specs.mjs';
import { setUp } from './setup.mjs';

const EVERYTHING = ['packages/*/test', 'test', 'examples/*/test'];

// npm test -- [files] [mocha options]. With SIDETONE_COVERAGE=1 the run leaves its coverage for scripts/coverage.mjs.
await runScript(async () => {
  await setUp({ build: true });
  const args = process.argv.slice(2);
  const named = args.some((arg) => arg.endsWith('.ts'));
  if (!named) await findOrInstallBrowser();
  const collect = process.env.SIDETONE_COVERAGE === '1';
  if (collect) clearCoverage();
  const specs = named ? [] : ['--ignore=test/promises/**', ...matchingSpecs(EVERYTHING)];
  return runTool('mocha', [...specs, ...args], { env: collect ? coverageEnv() : {} });
});
