import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';
import { filesBelow, readJson, repository, workspacesIn } from './workspace.js';

interface Project {
  readonly references?: readonly { readonly path: string }[];
}

function references(config: string): string[] {
  const { references: list = [] } = readJson<Project>(join(repository, config));
  return list.map(({ path }) => posix.join(posix.dirname(config), path));
}

const packages = workspacesIn(repository, 'packages');
const examples = workspacesIn(repository, 'examples');
const folders = [...packages, ...examples].map(({ folder }) => folder);

describe('the TypeScript projects', () => {
  it('of packages and examples are all built by tsc -b', () => {
    expect(references('tsconfig.json')).to.have.members(folders);
  });

  it('of tests and pages are all checked by npm run types', () => {
    // A page is built by a bundler, which checks no types either.
    const parts = folders.flatMap((folder) => [`${folder}/test`, `${folder}/page`]);
    const checked = [...parts, 'test', 'bench'].filter((folder) =>
      existsSync(join(repository, folder, 'tsconfig.json')),
    );
    expect(references('tsconfig.check.json')).to.have.members(['tsconfig.json', ...checked]);
  });

  it('leave no source without one', () => {
    const configs = ['tsconfig.json', 'tsconfig.check.json'].flatMap(references);
    const known = new Set(configs.flatMap(sourcesOf));
    const sources = ['packages', 'examples', 'bench', 'test', 'scripts']
      .flatMap((folder) => filesBelow(repository, folder, /\.(ts|mts|mjs)$/))
      .filter((file) => !/\.d\.mts$|\/fixtures?\//.test(file));
    const isKnown = (file: string) => known.has(file) || known.has(file.replace('.mjs', '.d.mts'));
    expect(sources.filter((file) => !isKnown(file))).to.deep.equal([]);
  });

  for (const { folder, manifest } of packages) {
    it(`refer from ${folder} to the packages it depends on`, () => {
      const ours = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
        .filter((name) => name.startsWith('@sidetone/'))
        .map((name) => name.replace('@sidetone/', 'packages/'));
      expect(references(`${folder}/tsconfig.json`)).to.have.members(ours);
    });
  }
});

/** The files of a project, relative to the repository. */
function sourcesOf(project: string): string[] {
  if (project.endsWith('.json')) return [];
  const path = join(repository, project);
  const { config } = ts.readConfigFile(join(path, 'tsconfig.json'), (file) =>
    ts.sys.readFile(file),
  );
  const { fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, path);
  return fileNames.map((file) => file.slice(repository.length + 1));
}
