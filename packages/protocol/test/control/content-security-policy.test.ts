import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  mayGenerateCode,
  validationOutcomes,
  type ValidationOutcome,
} from '../fixtures/validation-case.js';

const CHILD_TIMEOUT_MS = 60_000;

interface Report {
  readonly mayGenerateCode: boolean;
  readonly node: readonly ValidationOutcome[];
  readonly browser: readonly ValidationOutcome[];
}

/** Runs the validators in a process that forbids what a page without `unsafe-eval` forbids. */
async function reportWithoutCodeGeneration(): Promise<Report> {
  const program = fileURLToPath(new URL('../fixtures/validate-here.ts', import.meta.url));
  const flags = ['--conditions=@sidetone/source', '--import=tsx'];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disallow-code-generation-from-strings', ...flags, program],
    { timeout: CHILD_TIMEOUT_MS },
  );
  return JSON.parse(stdout) as Report;
}

describe('the validators', () => {
  it('allow the good and refuse the bad where code may be generated', () => {
    expect(mayGenerateCode()).to.equal(true);
    const outcomes = validationOutcomes();
    expect(outcomes.map(([good]) => good).filter((said) => said !== 'ok')).to.deep.equal([]);
    expect(outcomes.map(([, bad]) => bad)).to.not.include('ok');
  });

  it('say the same under a Content-Security-Policy without unsafe-eval', async function () {
    this.timeout(CHILD_TIMEOUT_MS);
    const report = await reportWithoutCodeGeneration();
    expect(report.mayGenerateCode).to.equal(false);
    expect(report.node).to.deep.equal(validationOutcomes());
    expect(report.browser).to.deep.equal(validationOutcomes());
  });
});
