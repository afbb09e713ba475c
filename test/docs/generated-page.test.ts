import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedPages } from '../../scripts/docs/generated-pages.js';
import { repository } from '../../scripts/docs/repository.js';

const GENERATE_TIMEOUT_MS = 60_000;

describe('the generated pages', () => {
  let pages: ReadonlyMap<string, string> = new Map();

  before(async function () {
    this.timeout(GENERATE_TIMEOUT_MS);
    pages = await generatedPages();
  });

  it('are the five of docs/reference', () => {
    expect([...pages.keys()]).to.have.members([
      'docs/reference/configuration.md',
      'docs/reference/control-messages.md',
      'docs/reference/control.schema.json',
      'docs/reference/errors.md',
      'docs/reference/wire-errors.md',
    ]);
  });

  it('are what the code gives now; else run "npm run docs"', () => {
    for (const [path, text] of pages) {
      const file = join(repository, path);
      expect(existsSync(file) ? readFileSync(file, 'utf8') : '', path).to.equal(text);
    }
  });
});
