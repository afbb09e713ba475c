import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { ConfigError } from '../../src/config/config-problem.js';
import { loadSettings } from '../../src/config/load-settings.js';
import type { Settings } from '../../src/config/settings.js';

describe('loadSettings', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'sidetone-config-'));
  });

  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  const load = async (yaml: string | null, env: Record<string, string> = {}): Promise<Settings> => {
    if (yaml !== null) await writeFile(path.join(dataDir, 'sidetone.yaml'), yaml);
    return loadSettings({ SIDETONE_DATA_DIR: dataDir, ...env });
  };

  const problemsOf = async (
    yaml: string | null,
    env: Record<string, string> = {},
  ): Promise<ConfigError> => {
    try {
      await load(yaml, env);
    } catch (error) {
      if (error instanceof ConfigError) return error;
      throw error;
    }
    throw new Error('nothing was found to be wrong');
  };

  it('needs neither a file nor a variable', async () => {
    const settings = await load(null);
    expect(settings.listen.host).to.equal('127.0.0.1');
    expect(settings.listen.port).to.equal(8470);
    expect(settings.accounts.guests).to.equal('loopback');
    expect(settings.configFile).to.equal(null);
    expect(settings.databaseUrl).to.equal(null);
  });

  it('takes the file before the defaults, and the environment before the file', async () => {
    const yaml =
      'listen:\n  port: 9000\n  host: localhost\norganization:\n  channels: [One, Two]\n';
    const settings = await load(yaml, { SIDETONE_PORT: '9001', SIDETONE_HOST: '' });
    expect(settings.listen.port).to.equal(9001);
    expect(settings.listen.host).to.equal('localhost');
    expect(settings.organization.channels).to.deep.equal(['One', 'Two']);
    expect(settings.configFile).to.equal(path.join(dataDir, 'sidetone.yaml'));
  });

  it('takes the file that SIDETONE_CONFIG names, which has to be there', async () => {
    const file = path.join(dataDir, 'other.yaml');
    await writeFile(file, 'log:\n  level: debug\n');
    expect((await load(null, { SIDETONE_CONFIG: file })).log.level).to.equal('debug');
    const { message } = await problemsOf(null, { SIDETONE_CONFIG: `${file}.gone` });
    expect(message).to.match(/other\.yaml\.gone" cannot be read/);
  });

  it('reads lists, numbers and yes or no from the environment', async () => {
    const settings = await load(null, {
      SIDETONE_CHANNELS: 'Lobby, Bridge',
      SIDETONE_INSECURE: '1',
      SIDETONE_RESUME_TIMEOUT_MS: '0',
    });
    expect(settings.organization.channels).to.deep.equal(['Lobby', 'Bridge']);
    expect(settings.listen.insecure).to.equal(true);
    expect(settings.sessions.resumeTimeoutMs).to.equal(0);
  });

  it('takes an empty group, an empty key and an empty file for nothing said', async () => {
    for (const yaml of ['', '# nothing\n', 'listen:\n', 'listen:\n  port:\n']) {
      expect((await load(yaml)).listen.port, JSON.stringify(yaml)).to.equal(8470);
    }
  });

  it('names everything that is wrong at once, with its line', async () => {
    const { problems } = await problemsOf(
      'listen:\n  prot: 1\n  port: 70000\nloud: true\naccounts:\n  guests: maybe\nlog: debug\n',
      { SIDETONE_PORT: '' },
    );
    expect(problems.map(({ line, text }) => `${line}: ${text}`)).to.deep.equal([
      '2: "listen.prot" is unknown; there are host, port, publicHost, publicPort, insecure, origins',
      '4: "loud" is unknown; there are listen, server, organization, accounts, passwords, tokens, groups, database, sessions, limits, log',
      '7: "log" has to be a map with level',
      '3: "listen.port" is 70000; it has to be an integer from 0 to 65535',
      '6: "accounts.guests" is "maybe"; it has to be one of loopback, always, never',
    ]);
  });

  it('names the line of what is no YAML, and of a key that is there twice', async () => {
    expect((await problemsOf('listen:\n  port: [1\n')).message).to.match(/line [23]: /);
    expect((await problemsOf('log:\n  level: info\n  level: warn\n')).message).to.match(/line 3: /);
  });

  it('names all variables of no use in one line', async () => {
    const { message } = await problemsOf(null, {
      SIDETONE_PORT: 'http',
      SIDETONE_LOG: 'loud',
      SIDETONE_INSECURE: 'maybe',
    });
    expect(message).to.match(
      /^SIDETONE_PORT "http".*SIDETONE_INSECURE "maybe".*SIDETONE_LOG "loud"[^\n]*$/,
    );
  });

  it('keeps the URL of the database out of all that may be printed', async () => {
    const url = 'postgres://sidetone:canary-1234@db/voice';
    const settings = await load(null, { SIDETONE_DATABASE_URL: url });
    expect(settings.databaseUrl?.reveal()).to.equal(url);
    expect(JSON.stringify(settings) + inspect(settings, { depth: 9 })).to.not.include('canary');
    const text = 'database:\n  url: postgres://u:canary-1234@db/voice\n';
    const { message } = await problemsOf(text, { SIDETONE_DATABASE_URL: 'mysql://u:canary-5@x/y' });
    expect(message).to.match(
      /line 2: "database.url" is unknown; put it into SIDETONE_DATABASE_URL/,
    );
    expect(message)
      .to.match(/has to look like postgres:/)
      .and.not.include('canary');
  });

  it('reads secrets from files, whose paths begin at the configuration', async () => {
    await writeFile(path.join(dataDir, 'url'), 'postgres://u:p@db/voice\n');
    const settings = await load('database:\n  urlFile: url\n');
    expect(settings.databaseUrl?.reveal()).to.equal('postgres://u:p@db/voice');
    const { message } = await problemsOf('database:\n  urlFile: gone\n');
    expect(message).to.match(/line 2: ".*gone" of database.urlFile cannot be read/);
  });

  it('wants roles and a good key of groups together', async () => {
    const key = 'canary of at least thirty-two bytes';
    const settings = await load('groups:\n  roles: [Pilot]\n', { SIDETONE_GROUPS_KEY: key });
    expect(settings.groupsKey?.reveal()).to.equal(key);
    for (const [text, env] of [
      ['groups:\n  roles: [Pilot]\n', {}],
      ['log:\n  level: warn\n', { SIDETONE_GROUPS_KEY: key }],
      ['groups:\n  roles: [Pilot]\n', { SIDETONE_GROUPS_KEY: 'canary' }],
    ] as const) {
      const { message } = await problemsOf(text, env);
      expect(message)
        .to.match(/groups need|needs 32 bytes/)
        .and.not.include('canary');
    }
  });

  it('wants issuer, audience and key of tokens together', async () => {
    const { message } = await problemsOf('tokens:\n  issuer: https://app.example.org\n');
    expect(message).to.match(/tokens need "tokens.issuer", "tokens.audience" and one of/);
  });
});
