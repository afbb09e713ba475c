import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const packages = fileURLToPath(new URL('../../packages/', import.meta.url));

/** What a server or a plugin says of itself. */
const STATED = /\b(?:VERSION|version)\s*[:=]\s*'(\d+\.\d+\.\d+)'/g;

describe('a version that code states', () => {
  it('is the one of its package, or a release would leave it behind', () => {
    const stated: string[] = [];
    const expected: string[] = [];
    for (const name of readdirSync(packages)) {
      const folder = path.join(packages, name);
      const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
        version: string;
      };
      for (const file of readdirSync(path.join(folder, 'src'), { recursive: true })) {
        if (!String(file).endsWith('.ts')) continue;
        const source = readFileSync(path.join(folder, 'src', String(file)), 'utf8');
        for (const [, version] of source.matchAll(STATED)) {
          stated.push(`${name}/${String(file)} ${version}`);
          expected.push(`${name}/${String(file)} ${manifest.version}`);
        }
      }
    }
    expect(stated).to.have.length.greaterThan(3);
    expect(stated).to.deep.equal(expected);
  });
});
