import { expect } from 'chai';
import { join } from 'node:path';
import { readJson, repository, workspacesIn, type Manifest } from './workspace.js';

const packages = workspacesIn(repository, 'packages');
const examples = workspacesIn(repository, 'examples');
const root = readJson<Manifest>(join(repository, 'package.json'));
/** Besides the one door: programs for other threads, which a page may want to name by their URL. */
const programs: Readonly<Record<string, readonly string[]>> = {
  'packages/client-sdk': ['./worker.js', './worklet.js'],
};
const { version } = readJson<{ version: string }>(join(repository, 'lerna.json'));

describe('the package.json', () => {
  for (const { folder, manifest } of packages) {
    it(`of ${folder} says what publishing needs`, () => {
      expect(manifest.name).to.equal(folder.replace('packages/', '@sidetone/'));
      expect(manifest.version, 'all packages have one version').to.equal(version);
      expect(manifest.private ?? false).to.equal(false);
      expect(manifest.license).to.equal('MIT');
      expect(manifest.type).to.equal('module');
      expect(manifest.engines).to.deep.equal(root.engines);
      expect(manifest.files).to.include.members(['dist', 'src']);
      const doors = ['.', ...(programs[folder] ?? [])];
      expect(Object.keys(manifest.exports ?? {}), 'one door').to.deep.equal(doors);
    });
  }

  for (const { folder, manifest } of examples) {
    it(`of ${folder} keeps it from being published`, () => {
      expect(manifest.private).to.equal(true);
      expect(manifest.type).to.equal('module');
    });
  }

  it('asks for our packages in the one version they have', () => {
    const other = [...packages, ...examples].flatMap(({ folder, manifest }) =>
      Object.entries({
        ...manifest.dependencies,
        ...manifest.peerDependencies,
        ...manifest.devDependencies,
      })
        .filter(([name, range]) => name.startsWith('@sidetone/') && range !== version)
        .map(([name, range]) => `${folder}: ${name} ${range}`),
    );
    expect(other).to.deep.equal([]);
  });
});

describe('package-lock.json', () => {
  const { packages: entries } = readJson<{
    packages: Record<string, { resolved?: string; link?: boolean }>;
  }>(join(repository, 'package-lock.json'));

  it('names no registry, so that everybody installs from their own', () => {
    const named = Object.values(entries).filter(({ link, resolved }) => !link && resolved);
    expect(named).to.deep.equal([]);
  });

  it('knows every workspace, or npm ci would refuse a fresh clone', () => {
    const folders = [...packages, ...examples].map(({ folder }) => folder);
    expect(Object.keys(entries)).to.include.members(folders);
  });
});
