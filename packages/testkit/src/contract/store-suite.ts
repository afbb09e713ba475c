import type { StoreSet } from '@sidetone/core';
import { onFresh, type ContractRunner, type StoreSubject } from './contract-runner.js';
import type { StoreTest } from './versioned-records.js';

/** No UUID, as clients send them. */
export const NO_UUID = 'no-uuid';

/** The frame of the suite of one store among those of a backend. */
export function describeStore(
  { describe, it }: ContractRunner,
  contract: string,
  subject: StoreSubject<StoreSet>,
  define: (test: StoreTest) => void,
): void {
  const fresh = onFresh(subject);
  const article = /^[AEIO]/.test(contract) ? 'an' : 'a';
  const kind = subject.reopen ? 'outlives the process' : 'lives in memory';
  describe(`as ${article} ${contract} that ${kind}`, () => {
    define((title, test) => it(title, fresh(test)));
  });
}
