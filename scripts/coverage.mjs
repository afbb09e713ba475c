import './require-node.mjs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepOwnCoverage, rawCoverageFiles } from './coverage-data.mjs';
import { runChild, runTool } from './child.mjs';
import { Failure, runScript } from './failure.mjs';
import { root } from './root.mjs';
import { setUp } from './setup.mjs';
import { typeOnlySources } from './type-only-sources.mjs';

/** The part of the lines of each package that tests must reach. */
const REQUIRED_PERCENT = 90;

/**
 * Runs the tests with coverage, or takes that of a run before with `--after-tests`, and gates every package by lines.
 * Functions and branches are not gated: the loader adds some of its own.
 */
await runScript(async () => {
  await setUp({ build: false });
  if (!process.argv.includes('--after-tests')) {
    const test = join(root, 'scripts', 'test.mjs');
    const code = await runChild(process.execPath, [test], { env: { SIDETONE_COVERAGE: '1' } });
    if (code !== 0) return code;
  }
  await report();
  const packages = perPackage();
  printTable(packages);
  const low = packages.filter(({ percent }) => percent < REQUIRED_PERCENT);
  if (low.length === 0) return 0;
  const names = low.map(({ name }) => name).join(', ');
  throw new Failure(
    `coverage: below ${REQUIRED_PERCENT} % of lines: ${names}. coverage/index.html shows which lines no test reaches.`,
  );
});

async function report() {
  if (rawCoverageFiles().length === 0) {
    throw new Failure(
      'coverage: no test run left any. Run "npm run coverage", or the tests with SIDETONE_COVERAGE=1.',
    );
  }
  keepOwnCoverage();
  const exclude = (await typeOnlySources()).map((path) => `--exclude=${path}`);
  const code = await runTool('c8', ['report', ...exclude]);
  if (code !== 0) throw new Failure(`coverage: c8 failed with exit code ${code}`);
}

/** Lines of each package, from c8's summary of files. */
function perPackage() {
  /** @type {Record<string, { lines: { total: number, covered: number } }>} */
  const summary = JSON.parse(readFileSync(join(root, 'coverage', 'coverage-summary.json'), 'utf8'));
  /** @type {Map<string, { total: number, covered: number }>} */
  const sums = new Map();
  for (const [path, { lines }] of Object.entries(summary)) {
    if (path === 'total') continue;
    const name = path.slice(root.length + 1).split(/[\\/]/)[1] ?? '';
    const sum = sums.get(name) || { total: 0, covered: 0 };
    sums.set(name, { total: sum.total + lines.total, covered: sum.covered + lines.covered });
  }
  return [...sums]
    .map(([name, { total, covered }]) => ({ name, total, percent: (100 * covered) / total }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** @param {{ name: string, total: number, percent: number }[]} packages */
function printTable(packages) {
  console.log('Lines that tests reach:');
  for (const { name, total, percent } of packages) {
    const mark = percent < REQUIRED_PERCENT ? '  below the gate' : '';
    console.log(`  ${name.padEnd(18)} ${percent.toFixed(1).padStart(5)} % of ${total}${mark}`);
  }
}
