import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const program = fileURLToPath(new URL('./fixture/hanging-program.ts', import.meta.url));
const flags = ['--conditions=@sidetone/source', '--import=tsx'];

describe('a process in which nothing else is alive', function () {
  // Two new processes that compile core, on a machine that may be busy.
  this.timeout(60_000);

  for (const step of ['setup', 'onClose']) {
    it(`lives long enough to say which plugin hangs in ${step}`, async () => {
      const run = promisify(execFile)(process.execPath, [...flags, program, step]);
      expect((await run).stdout).to.include(
        `plugin "hanging" did not finish ${step} within 100 ms`,
      );
    });
  }
});
