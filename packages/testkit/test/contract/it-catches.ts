import { expect } from 'chai';
import type { ContractRunner } from '../../src/contract/contract-runner.js';

export interface SuiteRun {
  readonly titles: readonly string[];
  readonly failed: readonly string[];
}

/** Runs a suite on an implementation, whatever comes of it. */
export async function runSuite(suite: (runner: ContractRunner) => void): Promise<SuiteRun> {
  const tests: { readonly title: string; readonly run: () => Promise<void> }[] = [];
  suite({
    describe: (_title, define) => define(),
    it: (title, run) => void tests.push({ title, run }),
  });
  const failed: string[] = [];
  for (const { title, run } of tests) {
    await run().catch(() => failed.push(title));
  }
  return { titles: tests.map(({ title }) => title), failed };
}

/** Which tests have to turn red for an implementation with one defect. */
export interface Defect {
  readonly suite: (runner: ContractRunner) => void;
  readonly caughtBy: readonly string[];
}

/**
 * Defines a test for each defect: the suite catches it by the tests named. And one more: every test
 * of the suite catches some defect, so that none is there for show.
 */
export function itCatches(defects: Readonly<Record<string, Defect>>): void {
  const useful = new Set<string>();
  let titles: readonly string[] = [];

  for (const [name, { suite, caughtBy }] of Object.entries(defects)) {
    it(`catches one that ${name}`, async () => {
      const run = await runSuite(suite);
      titles = run.titles;
      for (const title of run.failed) useful.add(title);
      expect(run.failed).to.include.members([...caughtBy]);
      expect(run.failed).to.not.deep.equal([]);
    });
  }

  it('has no test that catches nothing', () => {
    expect(titles.filter((title) => !useful.has(title))).to.deep.equal([]);
  });
}
