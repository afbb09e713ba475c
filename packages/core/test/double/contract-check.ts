import type { ContractRunner } from '../contract/contract-runner.js';

/** Titles of the tests that fail, when a contract suite is run on an implementation. */
export async function failuresOf(
  describeContract: (runner: ContractRunner) => void,
): Promise<string[]> {
  const tests: { title: string; run: () => void | Promise<void> }[] = [];
  describeContract({
    describe: (_, run) => run(),
    it: (title, run) => void tests.push({ title, run }),
  });
  const failed: string[] = [];
  for (const { title, run } of tests) {
    try {
      await run();
    } catch {
      failed.push(title);
    }
  }
  return failed;
}
