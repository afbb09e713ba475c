import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, repository } from './workspace.js';

const MAX_LINES = 400;
const SOURCE = /\.(ts|mts|js|mjs)$/;
const FOLDERS = ['packages', 'examples', 'bench', 'scripts', 'test'];

// Written in two parts, or this file would find itself.
const UNFINISHED = new RegExp(['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|'));

const sources = FOLDERS.flatMap((folder) => filesBelow(repository, folder, SOURCE));

function linesOf(file: string): string[] {
  return readFileSync(join(repository, file), 'utf8').split('\n');
}

describe('a source file', () => {
  it('is found where this test looks', () => {
    expect(sources).to.include('packages/protocol/src/codec/codec.ts');
    expect(sources).to.include('scripts/setup.mjs');
    expect(sources).to.include('test/repository/source-file.test.ts');
  });

  it('leaves nothing to be done later', () => {
    const unfinished = sources.flatMap((file) =>
      linesOf(file).flatMap((line, index) =>
        UNFINISHED.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
      ),
    );
    expect(unfinished).to.deep.equal([]);
  });

  it(`is no longer than ${MAX_LINES} lines`, () => {
    const long = sources
      .map((file) => ({ file, lines: linesOf(file).length - 1 }))
      .filter(({ lines }) => lines > MAX_LINES)
      .map(({ file, lines }) => `${file}: ${lines} lines`);
    expect(long).to.deep.equal([]);
  });
});
