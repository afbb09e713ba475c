/** What a contract suite needs of the test runner; mocha, jest, vitest and node:test have it. */
export interface ContractRunner {
  readonly describe: (title: string, run: () => void) => void;
  readonly it: (title: string, run: () => void | Promise<void>) => void;
}
