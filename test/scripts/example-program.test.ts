import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { exampleProgram } from '../../scripts/example-program.mjs';

describe('A program of the examples', () => {
  it('is run from its sources where nobody has built them', () => {
    const args = exampleProgram('hello-voice/src/main.ts', {});
    expect(args.slice(0, 2)).to.deep.equal(['--conditions=@sidetone/source', '--import=tsx']);
    expect(args.slice(2).map(existsSync)).to.deep.equal([true]);
  });

  it('is the built one where they have just been built', () => {
    const [program, ...more] = exampleProgram('hello-voice/src/main.ts', { SIDETONE_BUILT: '1' });
    expect(program).to.match(/examples.hello-voice.dist.main\.js$/);
    expect(more).to.deep.equal([]);
  });
});
