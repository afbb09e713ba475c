import { expect } from 'chai';
import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceFingerprint } from '../../scripts/build-if-stale.mjs';
import { isClientBundled } from '../../scripts/bundle-client.mjs';
import { withFolder } from '../repository/fixture.js';

const project = {
  'tsconfig.json': { references: [{ path: 'packages/a' }] },
  'packages/a/tsconfig.json': {},
  'packages/a/src/index.ts': 'export {};',
  'packages/a/src/deep/b.ts': 'export {};',
  'packages/a/test/a.test.ts': '',
  'scripts/bundle-client.mjs': '',
};

describe('the fingerprint of what is built', () => {
  const changes: Record<string, (root: string) => void> = {
    'a changed source': (root) => writeFileSync(join(root, 'packages/a/src/index.ts'), 'let a;'),
    'a newer source': (root) => utimesSync(join(root, 'packages/a/src/deep/b.ts'), 1, 1),
    'a new source': (root) => writeFileSync(join(root, 'packages/a/src/c.ts'), ''),
    'a removed source': (root) => rmSync(join(root, 'packages/a/src/deep/b.ts')),
    'a changed project': (root) => writeFileSync(join(root, 'packages/a/tsconfig.json'), '{ }'),
    'another way to bundle': (root) =>
      writeFileSync(join(root, 'scripts/bundle-client.mjs'), 'export {}'),
    'changed compiler options': (root) => writeFileSync(join(root, 'tsconfig.base.json'), '{ }'),
  };

  for (const [name, change] of Object.entries(changes)) {
    it(`is another one after ${name}`, async () => {
      await withFolder(project, (root) => {
        const before = sourceFingerprint(root);
        change(root);
        expect(sourceFingerprint(root)).not.to.equal(before);
      });
    });
  }

  it('stays after a change to a test or an output', async () => {
    await withFolder(project, (root) => {
      const before = sourceFingerprint(root);
      writeFileSync(join(root, 'packages/a/test/a.test.ts'), 'let a;');
      expect(sourceFingerprint(root)).to.equal(before);
    });
  });
});

describe('the bundles of the SDK', () => {
  const dist = (...names: string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [`packages/client-sdk/dist/${name}`, '']));
  const files = ['browser.js', 'worker.js', 'worklet.js', 'inlined.js', 'THIRD-PARTY-LICENSES.txt'];

  it('are missing as long as one of them is', async () => {
    await withFolder(dist(...files), (root) => expect(isClientBundled(root)).to.equal(true));
    for (const absent of files) {
      const rest = files.filter((name) => name !== absent);
      await withFolder(dist(...rest), (root) => expect(isClientBundled(root)).to.equal(false));
    }
  });

  it('are not missed where there is no SDK', async () => {
    await withFolder(project, (root) => expect(isClientBundled(root)).to.equal(true));
  });
});
