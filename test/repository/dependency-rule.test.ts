import { expect } from 'chai';
import { join } from 'node:path';
import { allowedDependencies, dependencyProblems } from './dependency-rule.js';
import { withFolder } from './fixture.js';
import { importsOf } from './imports.js';
import { filesBelow, repository } from './workspace.js';

function manifest(name: string, more: object = {}): object {
  return { name: `@sidetone/${name}`, version: '0.1.0', ...more };
}

describe('the dependency rule', () => {
  it('holds in every package', () => {
    expect(dependencyProblems(repository)).to.deep.equal([]);
  });

  it('lets no plugin use another plugin', () => {
    for (const [name, allowed] of Object.entries(allowedDependencies)) {
      expect(
        allowed.filter((other) => other.startsWith('plugin-')),
        name,
      ).to.deep.equal([]);
    }
  });

  it('has one file that imports tsyringe', () => {
    const importers = filesBelow(repository, 'packages', /\/src\/.*\.ts$/).filter((file) =>
      importsOf(join(repository, file)).includes('tsyringe'),
    );
    expect(importers).to.deep.equal(['packages/core/src/container.ts']);
  });
});

describe('the checker of the dependency rule', () => {
  it('finds nothing in a package that keeps it', async () => {
    const files = {
      'packages/core/package.json': manifest('core', {
        dependencies: { '@sidetone/protocol': '0.1.0', pino: '^10.0.0' },
      }),
      'packages/core/src/index.ts': `import { x } from '@sidetone/protocol';\nimport { pino } from 'pino';\nimport { readFile } from 'node:fs';\nexport * from './server/server.js';\n`,
      'packages/core/src/server/server.ts': `import '../index.js';\n`,
      'packages/core/test/a.test.ts': `import '@sidetone/testkit';\n`,
    };
    await withFolder(files, (root) => {
      expect(dependencyProblems(root)).to.deep.equal([]);
    });
  });

  it('names a dependency that the table does not allow', async () => {
    const files = {
      'packages/protocol/package.json': manifest('protocol', {
        dependencies: { '@sidetone/core': '0.1.0' },
      }),
    };
    await withFolder(files, (root) =>
      expect(dependencyProblems(root)).to.deep.equal([
        'packages/protocol may not depend on @sidetone/core (dependencies)',
      ]),
    );
  });

  it('names an import that no package.json declares, in each of its forms', async () => {
    const files = {
      'packages/plugin-udp/package.json': manifest('plugin-udp', {
        peerDependencies: { '@sidetone/core': '0.1.0' },
        devDependencies: { '@sidetone/testkit': '0.1.0' },
      }),
      'packages/plugin-udp/src/a.ts': `import { x } from '@sidetone/plugin-http';\n`,
      'packages/plugin-udp/src/b.ts': `export type { X } from '@sidetone/testkit';\n`,
      'packages/plugin-udp/src/c.ts': `const late = await import('left-pad');\n`,
      'packages/plugin-udp/src/d.ts': `export type Y = import('@scope/name/deep.js').Y;\n`,
    };
    await withFolder(files, (root) =>
      expect(dependencyProblems(root).map((line) => line.split(',')[0])).to.deep.equal([
        'packages/plugin-udp/src/a.ts imports "@sidetone/plugin-http"',
        'packages/plugin-udp/src/b.ts imports "@sidetone/testkit"',
        'packages/plugin-udp/src/c.ts imports "left-pad"',
        'packages/plugin-udp/src/d.ts imports "@scope/name/deep.js"',
      ]),
    );
  });

  it('names a plugin that has core as its own dependency and not as a peer', async () => {
    const files = {
      'packages/plugin-http/package.json': manifest('plugin-http', {
        dependencies: { '@sidetone/core': '0.1.0' },
      }),
    };
    await withFolder(files, (root) =>
      expect(dependencyProblems(root))
        .to.have.lengthOf(1)
        .and.match(/core is a peer/),
    );
  });

  it('names a relative import that leaves the package', async () => {
    const files = {
      'packages/core/package.json': manifest('core'),
      'packages/core/src/a.ts': `import '../../protocol/src/index.js';\n`,
    };
    await withFolder(files, (root) =>
      expect(dependencyProblems(root)).to.deep.equal([
        'packages/core/src/a.ts imports "../../protocol/src/index.js" from outside of its src folder',
      ]),
    );
  });

  it('wants every package in its table', async () => {
    await withFolder({ 'packages/new-one/package.json': manifest('new-one') }, (root) =>
      expect(dependencyProblems(root))
        .to.have.lengthOf(1)
        .and.match(/packages\/new-one/),
    );
  });
});
