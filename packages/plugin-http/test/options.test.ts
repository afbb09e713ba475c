import { createServer } from 'node:http';
import { http } from '@sidetone/plugin-http';
import { expect } from 'chai';
import { resolveHttpOptions } from '../src/options.js';

const problemsOf = (options: object): unknown => {
  try {
    resolveHttpOptions(options);
    return [];
  } catch (error) {
    expect(error).to.include({ code: 'ERR_HTTP_OPTIONS' });
    return (error as { details: { problems: string[] } }).details.problems;
  }
};

describe('options of http()', () => {
  it('are complete without any', () => {
    expect(resolveHttpOptions()).to.deep.equal({
      mode: 'own',
      host: '127.0.0.1',
      port: 8080,
      insecure: false,
    });
    expect(resolveHttpOptions()).to.be.frozen;
  });

  it('are refused all at once, each with its path', () => {
    const problems = problemsOf({ host: '', port: 70_000, insecure: 'yes', prot: 1 });
    expect(problems).to.have.length(4);
    expect(String(problems)).to.contain('"prot" is not an option').and.contain('port "70000"');
  });

  it('know nothing of host and port on a server of yours', () => {
    expect(problemsOf({ server: createServer(), port: 1, host: 'x' })).to.have.length(2);
    expect(problemsOf({ server: {} })).to.deep.equal([
      'server must be an http.Server or https.Server',
    ]);
    expect(problemsOf({ secure: true })).to.have.length(1);
  });

  it('are checked when the plugin is made, not when the server starts', () => {
    expect(() => http({ port: -1 }))
      .to.throw()
      .with.property('code', 'ERR_HTTP_OPTIONS');
  });
});
