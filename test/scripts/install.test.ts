import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { install, installProblem } from '../../scripts/install.mjs';
import { withFolder } from '../repository/fixture.js';

const lock = {
  packages: {
    '': { name: 'root' },
    'packages/a': { version: '0.1.0' },
    'node_modules/a': { resolved: 'packages/a', link: true },
    'node_modules/ws': { version: '8.0.0', integrity: 'sha512-1' },
    'node_modules/other-platform': { version: '1.0.0', integrity: 'sha512-2', optional: true },
  },
};

const STAMP = 'node_modules/.sidetone-install.json';

function clone(installed: object | null, more: Record<string, string | object> = {}) {
  const record = installed && { 'node_modules/.package-lock.json': { packages: installed } };
  return { 'package-lock.json': lock, ...record, ...more };
}

const complete = {
  'node_modules/a': lock.packages['node_modules/a'],
  'node_modules/ws': lock.packages['node_modules/ws'],
};

const onDisk = { 'node_modules/a/x': '', 'node_modules/ws/x': '' };

describe('the installation', () => {
  it('is missing on a fresh clone', async () => {
    await withFolder(clone(null), (root) => {
      expect(installProblem(root)).to.equal('node_modules is absent');
    });
  });

  it('is missing when npm was stopped in the middle', async () => {
    await withFolder(clone(null, onDisk), (root) => {
      expect(installProblem(root)).to.match(/^everything/);
    });
  });

  it('is there after a plain npm ci, and without packages for other platforms', async () => {
    await withFolder(clone(complete, onDisk), async (root) => {
      expect(installProblem(root)).to.equal(null);
      await install(root);
      expect(readFileSync(join(root, STAMP), 'utf8')).to.include(process.versions.modules);
    });
  });

  it('is missing when package-lock.json asks for another version', async () => {
    const older = { ...complete, 'node_modules/ws': { version: '7.0.0', integrity: 'sha512-0' } };
    await withFolder(clone(older, onDisk), (root) => {
      expect(installProblem(root)).to.equal('ws of package-lock.json is not installed');
    });
  });

  it('is missing when a new workspace is not linked', async () => {
    await withFolder(clone(complete, { 'node_modules/ws/x': '' }), (root) => {
      expect(installProblem(root)).to.equal('a of package-lock.json is not installed');
    });
  });

  it('is missing when native packages were built for another Node', async () => {
    const stamp = { lock: 'any', platform: 'linux x64, Node ABI 1' };
    await withFolder(clone(complete, { ...onDisk, [STAMP]: stamp }), (root) => {
      expect(installProblem(root)).to.match(/^node_modules was made for linux x64, Node ABI 1/);
    });
  });
});
