import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { filesBelow, repository } from './workspace.js';

const PAGE = 'docs/reference/errors.md';

interface ErrorTable {
  readonly file: string;
  readonly codes: Readonly<Record<string, string>>;
}

const ROW = /^ {2}ERR_[A-Z0-9_]+: /m;

/** Every table of every package: an exported object whose keys are all codes. */
async function errorTables(): Promise<ErrorTable[]> {
  const tables: ErrorTable[] = [];
  for (const file of filesBelow(repository, 'packages', /^packages\/[^/]+\/src\/.*\.ts$/)) {
    const path = join(repository, file);
    if (!ROW.test(readFileSync(path, 'utf8'))) continue;
    const module = (await import(pathToFileURL(path).href)) as object;
    const found = Object.values(module)
      .filter(isTable)
      .map((codes) => ({ file, codes }));
    if (found.length === 0) throw new Error(`${file} has a table of errors and does not export it`);
    tables.push(...found);
  }
  return tables;
}

function isTable(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => key.startsWith('ERR_'));
}

/** The codes of the rows `| \`CODE\` | ... |` of a page. */
function codesOf(page: string): string[] {
  return [...page.matchAll(/^\| *`([A-Z0-9_]+)` *\|/gm)].map(([, code]) => String(code));
}

describe('the error codes', () => {
  it('are found where this test looks', async () => {
    const packages = (await errorTables()).map(({ file }) => file.split('/')[1]);
    expect(packages).to.include('protocol').and.to.include('core');
  });

  it('have the form ERR_<AREA>_<WHAT>, and a sentence each', async () => {
    for (const { file, codes } of await errorTables()) {
      for (const [code, meaning] of Object.entries(codes)) {
        expect(code, file).to.match(/^ERR_[A-Z0-9]+(_[A-Z0-9]+)+$/);
        expect(meaning, `${file}: ${code}`).to.match(/^\p{Lu}.*\.$/u);
      }
    }
  });

  it('belong to one table each', async () => {
    const all = (await errorTables()).flatMap(({ codes }) => Object.keys(codes));
    expect(all.filter((code, index) => all.indexOf(code) !== index)).to.deep.equal([]);
  });

  it(`are the ones that ${PAGE} lists`, async () => {
    expect(existsSync(join(repository, PAGE)), `${PAGE} exists`).to.equal(true);
    const documented = codesOf(readFileSync(join(repository, PAGE), 'utf8'));
    const codes = (await errorTables()).flatMap((table) => Object.keys(table.codes));
    const listed = documented.filter((code) => code.startsWith('ERR_'));
    expect(listed).to.have.members(codes);
  });

  it('are read from rows alone', () => {
    const page = '| Code | Meaning |\n|---|---|\n| `ERR_A_B` | See `ERR_C_D`. |\n\n`ERR_E_F`\n';
    expect(codesOf(page)).to.deep.equal(['ERR_A_B']);
  });
});
