import { expect } from 'chai';
import { snippetProblems, snippetsIn, snippetsOf } from './snippet.js';
import { repository } from './workspace.js';

const COMPILE_TIMEOUT_MS = 120_000;

describe('the code in README.md and docs', () => {
  it('compiles', function () {
    this.timeout(COMPILE_TIMEOUT_MS);
    expect(snippetProblems(repository, snippetsOf(repository))).to.deep.equal([]);
  });
});

describe('the check of the code in pages', () => {
  const page = (tag: string, code: string) => `# Page\n\n\`\`\`${tag}\n${code}\n\`\`\`\n`;
  const problemsOf = (text: string) => snippetProblems(repository, snippetsIn('page.md', text));

  describe('of one good block and three bad ones', () => {
    let problems: string[] = [];

    before(function () {
      this.timeout(COMPILE_TIMEOUT_MS);
      const use = `import { VoiceError } from '@sidetone/protocol';\n`;
      const good = `${use}await Promise.reject(new VoiceError('ERR_PAGE_X', 'x'));`;
      const wrongType = `${use}const port: number = new VoiceError('ERR_PAGE_X', 'x');`;
      const wrongName = `import { nothing } from '@sidetone/protocol';`;
      const fromOtherBlock = `new VoiceError('ERR_PAGE_X', 'x');`;
      problems = problemsOf(
        [good, wrongType, wrongName, fromOtherBlock].map((code) => page('ts', code)).join(''),
      );
    });

    it('names the line of each mistake and nothing else', () => {
      expect(problems.map((problem) => problem.split(':')[1])).to.deep.equal(['11', '16', '21']);
    });

    it('says what is wrong', () => {
      expect(problems[0]).to.match(/not assignable to type 'number'/);
      expect(problems[1]).to.match(/no exported member 'nothing'/);
      expect(problems[2]).to.match(/Cannot find name 'VoiceError'/);
    });
  });

  it('compiles what is for pages with what a page has', function () {
    this.timeout(COMPILE_TIMEOUT_MS);
    const use = `import { createClient } from '@sidetone/client-sdk';\n`;
    const code = `${use}createClient({ url: location.origin }).audio;\nprocess.exit();`;
    const [problem, ...others] = problemsOf(page('ts browser', code));
    expect(problem).to.match(/^page\.md:6: Cannot find name 'process'/);
    expect(others).to.deep.equal([]);
  });

  it('lets no program code go unchecked', () => {
    const text = page('ts no-check', 'x') + page('js', 'x') + page('sh', 'x') + page('', 'x');
    expect(problemsOf(text)).to.deep.equal([
      'page.md:4: "ts no-check": write it as ts, which is checked',
      'page.md:9: "js": write it as ts, which is checked',
    ]);
  });

  it('reads blocks that are indented or nested', () => {
    const [snippet] = snippetsIn(
      'page.md',
      '1. Do\n   ```ts\n   if (a) {\n     b();\n   }\n   ```\n',
    );
    expect(snippet).to.deep.include({ line: 3, tag: 'ts', code: 'if (a) {\n  b();\n}' });
    expect(snippetsIn('page.md', '````md\n```ts\nx\n```\n````\n')).to.have.lengthOf(1);
  });

  it('refuses a block that is not closed', () => {
    expect(() => snippetsIn('page.md', '```ts\nx\n')).to.throw('page.md:1');
  });
});
