import path from 'node:path';
import { expect } from 'chai';
import { parseArguments } from '../src/arguments.js';
import type { Settings } from '../src/settings.js';

function settingsOf(line: string, env: Record<string, string> = {}): Settings {
  const parsed = parseArguments(line.split(' ').filter(Boolean), env);
  if (parsed.kind !== 'settings') throw new Error(`"${line}" gives ${JSON.stringify(parsed)}`);
  return parsed.settings;
}

function problemOf(args: readonly string[], env: Record<string, string> = {}): string {
  const parsed = parseArguments(args, env);
  if (parsed.kind !== 'problem') throw new Error(`"${args.join(' ')}" has no problem`);
  return parsed.problem;
}

describe('the arguments of talk', () => {
  it('are all optional', () => {
    expect(settingsOf('', { USER: 'ann' })).to.deep.equal({
      url: null,
      dataDir: path.resolve('data'),
      name: 'ann',
      account: null,
      channels: [],
      talkTo: [],
      speech: null,
      recording: null,
      speaker: 'no',
      transports: ['udp', 'websocket'],
      leaveAfterMs: null,
    });
  });

  it('say where to go and what to do there', () => {
    const line =
      '--url ws://host:1/voice --name Ann --channel A --channel B --talk-to B --play a.wav --record b.wav';
    const settings = settingsOf(`${line} --transport udp --leave-after 1.5 --speaker`);
    expect(settings).to.include({ url: 'ws://host:1/voice', name: 'Ann', speaker: 'required' });
    expect(settings.channels).to.deep.equal(['A', 'B']);
    expect(settings.talkTo).to.deep.equal(['B']);
    expect(settings.speech).to.deep.equal({ kind: 'file', path: path.resolve('a.wav') });
    expect(settings.recording).to.deep.equal({ kind: 'file', path: path.resolve('b.wav') });
    expect(settings.transports).to.deep.equal(['udp']);
    expect(settings.leaveAfterMs).to.equal(1500);
  });

  it('sign in with an account, whose password no argument says', () => {
    const env = { SIDETONE_PASSWORD: 'canary' };
    const terminal = settingsOf('--user ann', { USER: 'root' });
    expect(terminal.name).to.equal('ann');
    expect(terminal.account).to.deep.equal({ name: 'ann', password: { kind: 'terminal' } });
    expect(settingsOf('--user ann', env).account?.password).to.deep.equal({ kind: 'environment' });
    const file = settingsOf('--user ann --password-file p.txt', env);
    expect(file.account?.password).to.deep.equal({ kind: 'file', path: path.resolve('p.txt') });
    expect(JSON.stringify([settingsOf('--user ann', env), file])).to.not.include('canary');
    expect(settingsOf('--user ann --play -', env).speech).to.include({ kind: 'stdin' });
  });

  it('say what is wrong about an account', () => {
    expect(problemOf(['--user', ''])).to.match(/--user "" is no account/);
    expect(problemOf(['--user', 'a'.repeat(81)])).to.match(/1 to 80 characters/);
    expect(problemOf(['--user', 'ann', '--name', 'Ann'])).to.match(/leave --name out/);
    expect(problemOf(['--password-file', 'p'])).to.match(/--password-file is for --user/);
    expect(problemOf(['--user', 'ann', '--password-file', ''])).to.match(/"" is empty/);
    expect(problemOf(['--user', 'ann', '--play', '-'])).to.match(/SIDETONE_PASSWORD/);
    expect(problemOf(['--user', 'ann', '--password', 'x'])).to.match(/--password/);
  });

  it('take a dash for raw PCM', () => {
    const settings = settingsOf('--play - --record -');
    expect(settings.speech).to.deep.equal({ kind: 'stdin', live: false });
    expect(settings.recording).to.deep.equal({ kind: 'stdout' });
    expect(settingsOf('--play - --live').speech).to.deep.equal({ kind: 'stdin', live: true });
  });

  it('play what is heard with a microphone, if that is possible', () => {
    expect(settingsOf('--mic')).to.include({ speaker: 'ifPossible' });
    expect(settingsOf('--mic').speech).to.deep.equal({ kind: 'microphone' });
  });

  it('name a channel once however often it is given', () => {
    expect(settingsOf('--channel A --channel A').channels).to.deep.equal(['A']);
  });

  it('take the data folder from the environment', () => {
    const { dataDir } = settingsOf('', { SIDETONE_DATA_DIR: '/srv/voice' });
    expect(dataDir).to.equal(path.resolve('/srv/voice'));
  });

  it('ask for help, whatever else is there', () => {
    expect(parseArguments(['-h'], {})).to.deep.equal({ kind: 'help' });
    expect(parseArguments(['--help', '--transport', 'tcp'], {})).to.deep.equal({ kind: 'help' });
  });

  const nine = Array.from({ length: 9 }, (_, i) => ['--channel', `Net ${i}`]).flat();
  const npm = { npm_lifecycle_event: 'talk', npm_config_loglevel: 'notice' };
  const wrong: readonly [string, readonly string[], RegExp, Record<string, string>?][] = [
    ['an unknown option', ['--loud'], /--loud/],
    ['a word that belongs to no option', ['speech.wav'], /speech\.wav/],
    ['an option without its value', ['--play'], /--play.*missing/],
    ['an address that is none', ['--url', 'localhost'], /--url "localhost".*http:\/\//],
    ['another protocol', ['--url', 'ftp://host'], /--url "ftp:\/\/host"/],
    ['an empty name', ['--name', ' '], /--name.*empty/],
    ['an empty channel', ['--channel', ''], /--channel "" is empty/],
    ['an unknown transport', ['--transport', 'tcp'], /--transport "tcp".*udp or websocket/],
    ['a time that is no number', ['--leave-after', 'soon'], /--leave-after "soon".*seconds/],
    ['a time without an end', ['--leave-after', '1e9'], /--leave-after "1e9"/],
    ['an empty file name', ['--record', ''], /--record "" is empty/],
    [
      'a target that is not joined',
      ['--channel', 'A', '--talk-to', 'B'],
      /--talk-to "B".*--channel/,
    ],
    ['more channels than a target has', nine, /more than 8.*--talk-to/],
    ['two things to say', ['--mic', '--play', 'a.wav'], /--mic and --play/],
    ['a live file', ['--play', 'a.wav', '--live'], /--live is for --play -/],
    ['a recording over the speech', ['--play', 'a.wav', '--record', './a.wav'], /overwrite/],
    ['PCM to a stdout that npm writes to', ['--record', '-'], /npm --silent run talk/, npm],
  ];
  for (const [what, args, message, env] of wrong) {
    it(`refuse ${what} in one line`, () => {
      const problem = problemOf(args, env);
      expect(problem).to.match(message);
      expect(problem).not.to.include('\n');
    });
  }

  it('let PCM out through npm when npm is silent', () => {
    const env = { npm_lifecycle_event: 'talk', npm_config_loglevel: 'silent' };
    expect(settingsOf('--record -', env).recording).to.deep.equal({ kind: 'stdout' });
  });

  it('tell all their problems at once', () => {
    const problem = problemOf(['--transport', 'tcp', '--leave-after', 'x', '--url', 'y']);
    for (const option of ['--transport', '--leave-after', '--url']) {
      expect(problem).to.include(option);
    }
  });
});
