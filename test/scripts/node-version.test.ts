import { expect } from 'chai';
import { nodeVersionProblem, OLDEST_NODE } from '../../scripts/node-version.mjs';
import { join } from 'node:path';
import { readJson, repository, type Manifest } from '../repository/workspace.js';

describe('the Node version', () => {
  it('that is asked for is the one of package.json', () => {
    const { engines } = readJson<Manifest>(join(repository, 'package.json'));
    expect(`>=${OLDEST_NODE}`).to.equal(`${engines?.['node']}.0`);
  });

  for (const version of ['20.19.0', '20.19.4', '20.20.2', '22.0.0', '24.1.0', '100.0.0']) {
    it(`${version} will do`, () => {
      expect(nodeVersionProblem(version)).to.equal(null);
    });
  }

  for (const version of ['14.21.3', '18.20.8', '20.0.0', '20.9.0', '20.18.3']) {
    it(`${version} is answered with one line that says what to do`, () => {
      const problem = nodeVersionProblem(version);
      expect(problem).to.include(version).and.to.include(OLDEST_NODE).and.to.include('install');
      expect(problem).not.to.include('\n');
    });
  }
});
