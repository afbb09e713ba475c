import { readFileSync } from 'node:fs';
import { expect } from 'chai';

const root = new URL('../../', import.meta.url);

/** A comment that names a file stands before a block that repeats it. */
const QUOTED = /<!-- (\S+) -->\n+```\w+\n([\s\S]*?)```/g;

describe('README.md', () => {
  const readme = readFileSync(new URL('README.md', root), 'utf8');
  const quotes = [...readme.matchAll(QUOTED)];

  it('quotes the program of examples/hello-voice', () => {
    expect(quotes.map(([, file]) => file)).to.include('examples/hello-voice/src/main.ts');
  });

  for (const [, file = '', text] of quotes) {
    it(`quotes ${file} as it is`, () => {
      expect(text).to.equal(readFileSync(new URL(file, root), 'utf8'));
    });
  }
});
