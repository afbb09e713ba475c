import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repository } from '../../scripts/docs/repository.js';

/** Paths to files, with an anchor or without, in Markdown links. */
function linksOf(page: string): string[] {
  return [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

function pages(): string[] {
  const below = readdirSync(join(repository, 'docs'), { recursive: true, encoding: 'utf8' });
  return ['README.md', ...below.map((path) => `docs/${path}`)].filter(
    (path) => path.endsWith('.md') && existsSync(join(repository, path)),
  );
}

/** Code has brackets of its own. */
function proseOf(page: string): string {
  return readFileSync(join(repository, page), 'utf8')
    .replaceAll(/^ *(`{3,})[^]*?^ *\1$/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => (/[()[\]]/.test(code) ? '' : code));
}

function anchorsOf(page: string): string[] {
  return [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function brokenLinksOf(page: string): string[] {
  return linksOf(page)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(repository, file))) return true;
      return anchor !== undefined && !anchorsOf(file).includes(anchor);
    })
    .map((target) => `${page}: ${target}`);
}

describe('the links between the pages', () => {
  it('are found where this test looks', () => {
    expect(pages()).to.include('docs/decisions/README.md');
    expect(linksOf('docs/decisions/README.md')).to.include(
      '0001-lerna-9-npm-workspaces-typescript-6.md',
    );
  });

  it('lead to files and headings that are there', () => {
    expect(pages().flatMap(brokenLinksOf)).to.deep.equal([]);
  });
});
