import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { findBrowser } from '../../scripts/browser.mjs';

describe('the browser of the tests', () => {
  const before = process.env['SIDETONE_BROWSER'];

  afterEach(() => {
    if (before === undefined) delete process.env['SIDETONE_BROWSER'];
    else process.env['SIDETONE_BROWSER'] = before;
  });

  it('is found, and says its version', () => {
    const { stdout } = spawnSync(findBrowser(), ['--version'], { encoding: 'utf8' });
    expect(stdout).to.match(/Chrom|Edge/);
  });

  it('is the one that SIDETONE_BROWSER names', () => {
    process.env['SIDETONE_BROWSER'] = process.execPath;
    expect(findBrowser()).to.equal(process.execPath);
  });

  it('is not replaced by another one when the named one is absent', () => {
    process.env['SIDETONE_BROWSER'] = '/no/such/browser';
    expect(() => findBrowser()).to.throw('SIDETONE_BROWSER is "/no/such/browser"');
  });
});
