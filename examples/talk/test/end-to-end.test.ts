import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { OggOpusWriter } from '@sidetone/client-sdk';
import { opus } from '@sidetone/plugin-opus';
import type { EncoderSettings } from '@sidetone/protocol';
import { readWav, speech, speechPath, waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import { listenFor, type HeardSpeech } from './support/heard-speech.js';
import { Program } from './support/program.js';

/** Half a second of stereo: more than what waits to be played when the talk has ended. */
const PLAYOUT_BYTES = 96_000;

describe('talk', function () {
  this.timeout(180_000);

  let folder: string;
  let url: string;
  let server: Program;
  const running: Program[] = [];

  const run = (...args: ConstructorParameters<typeof Program>): Program => {
    const program = new Program(...args);
    running.push(program);
    return program;
  };
  const talk = (args: readonly string[], env: Record<string, string> = {}): Program =>
    run('talk/src/main.ts', args, { SIDETONE_DATA_DIR: folder, ...env });

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sidetone-talk-'));
    const env = { SIDETONE_PORT: '0', SIDETONE_DATA_DIR: folder };
    server = new Program('reference-server/src/main.ts', [], env);
    url = (await server.says(/listening on (\S+)/))[1] ?? '';
  });
  afterEach(() => Promise.all(running.splice(0).map((program) => program.kill())));

  after(async () => {
    await server.kill();
    await rm(folder, { recursive: true, force: true });
  });

  const expectSpeech = (heard: HeardSpeech): void => {
    expect(heard.correlation).to.be.above(0.8);
    expect(heard.audibleSeconds).to.be.above(0.9 * heard.spokenSeconds);
  };

  it('lets one record what another plays, and each leaves in its own way with 0', async () => {
    const file = path.join(folder, 'heard.wav');
    const recorder = talk(['--url', url, '--name', 'Rec', '--channel', 'Flight', '--record', file]);
    await recorder.says(/Joined Flight, with nobody else/);
    const args = ['--channel', 'Flight', '--channel', 'Ground', '--play', speechPath('alpha')];
    const player = talk(['--url', url, '--name', 'Ann', ...args]);
    await recorder.says(/Ann talks on Flight\n/);
    await recorder.says(/Ann has ended on Flight\n/);
    expect(await player.exited, player.stderr).to.equal(0);
    expect(player.stdout.toString()).to.match(/Joined Flight, with Rec\nJoined Ground.*\n/);
    expect(player.stdout.toString()).to.match(/Talking to Flight, Ground: alpha\.wav/);

    const { size } = await stat(file);
    await waitFor(async () => (await stat(file)).size > size + PLAYOUT_BYTES);
    recorder.child.kill('SIGINT');
    expect(await recorder.exited, recorder.stderr).to.equal(0);
    const lines = recorder.stdout.toString();
    // eslint-disable-next-line no-control-regex -- a pipe gets lines and nothing else
    expect(lines).not.to.match(/[\x00-\x09\x0b-\x1f]/);

    const { samples, channels, sampleRate } = readWav(await readFile(file));
    expect({ channels, sampleRate }).to.deep.equal({ channels: 2, sampleRate: 48_000 });
    const seconds = (samples.length / 96_000).toFixed(1);
    expect(lines).to.include(`${seconds} s are recorded to ${file}`);
    expectSpeech(listenFor('alpha', samples));
  });

  it('plays an Ogg Opus file as it is', async () => {
    const file = path.join(folder, 'alpha.opus');
    const frames = speech('alpha');
    const settings: EncoderSettings = {
      channels: 1,
      frameDurationMs: 20,
      bitrateBps: 32_000,
      application: 'voice',
    };
    const encoder = opus().createEncoder(settings);
    const pages: Uint8Array[] = [];
    const writer = new OggOpusWriter({ write: (page) => pages.push(page) });
    for (let at = 0; at + 960 <= frames.length; at += 960) {
      writer.add(encoder.encode(frames.subarray(at, at + 960)).slice(), 960);
    }
    writer.end();
    await writeFile(file, Buffer.concat(pages));
    const heard = path.join(folder, 'heard-opus.wav');
    const recorder = talk(['--url', url, '--name', 'Rec', '--channel', 'Lobby', '--record', heard]);
    await recorder.says(/Joined Lobby/);
    const player = talk(['--url', url, '--name', 'Ogg', '--channel', 'Lobby', '--play', file]);
    await recorder.says(/Ogg has ended on Lobby\n/);
    expect(await player.exited, player.stderr).to.equal(0);
    const { size } = await stat(heard);
    await waitFor(async () => (await stat(heard)).size > size + PLAYOUT_BYTES);
    recorder.child.kill('SIGINT');
    expect(await recorder.exited, recorder.stderr).to.equal(0);
    expectSpeech(listenFor('alpha', readWav(await readFile(heard)).samples));
  });

  it('takes raw PCM from stdin and gives it to stdout, and finds the server by its folder', async () => {
    const recorder = talk(['--name', 'Rec', '--channel', 'Lobby', '--record', '-']);
    await recorder.says(/Joined Lobby/, 'stderr');
    const player = talk(['--name', 'Bob', '--channel', 'Lobby', '--play', '-']);
    const spoken = speech('bravo');
    const pcm = Buffer.alloc(2 * spoken.length);
    spoken.forEach((sample, i) => pcm.writeInt16LE(Math.trunc(sample * 32_767), 2 * i));
    player.child.stdin.end(pcm);
    await recorder.says(/Bob has ended on Lobby/, 'stderr');
    expect(await player.exited, player.stderr).to.equal(0);

    const bytes = recorder.stdoutBytes;
    await waitFor(() => recorder.stdoutBytes > bytes + PLAYOUT_BYTES);
    recorder.child.kill('SIGTERM');
    expect(await recorder.exited, recorder.stderr).to.equal(0);
    const heard = recorder.stdout;
    expect(heard.length % 4).to.equal(0);
    const samples = Float32Array.from(
      { length: heard.length / 2 },
      (_, i) => heard.readInt16LE(2 * i) / 32_768,
    );
    expectSpeech(listenFor('bravo', samples));
  });

  it('leaves when nobody reads its stdout any more', async () => {
    const recorder = talk(['--url', url, '--record', '-']);
    await waitFor(() => recorder.stdoutBytes > 0, { timeoutMs: 60_000 });
    recorder.child.stdout.destroy();
    expect(await recorder.exited, recorder.stderr).to.equal(0);
  });

  it('talks with a microphone and plays what it hears, on the one net it is told to', async () => {
    const install = async (name: string, code: string): Promise<void> => {
      await writeFile(path.join(folder, name), `#!${process.execPath}\n${code}\n`);
      await chmod(path.join(folder, name), 0o755);
    };
    const played = path.join(folder, 'played');
    await install('arecord', 'setInterval(() => process.stdout.write(Buffer.alloc(1920, 1)), 20)');
    await install('aplay', `process.stdin.pipe(require('fs').createWriteStream('${played}'))`);
    const watcher = talk(['--name', 'Eve', '--channel', 'Command', '--channel', 'Lobby']);
    await watcher.says(/Joined Lobby/);
    const channels = ['--channel', 'Command', '--channel', 'Lobby', '--talk-to', 'Command'];
    const talker = talk(['--name', 'Mic', ...channels, '--mic'], {
      PATH: `${folder}${path.delimiter}${process.env['PATH']}`,
    });
    await watcher.says(/Mic talks on Command\n/);
    await waitFor(async () => (await stat(played)).size > PLAYOUT_BYTES, { timeoutMs: 60_000 });
    talker.child.kill('SIGINT');
    expect(await talker.exited, talker.stderr).to.equal(0);
    await watcher.says(/Mic is gone from Command/);
    expect(watcher.stdout.toString()).not.to.match(/Mic talks on .*Lobby/);
  });

  for (const transport of ['udp', 'websocket']) {
    it(`talks over ${transport} alone when it is told to, and leaves when it is time`, async () => {
      const watcher = talk(['--name', 'Eve', '--channel', 'Logistics']);
      await watcher.says(/Joined Logistics/);
      const what = ['--play', speechPath('echo'), '--transport', transport, '--leave-after', '1.5'];
      const player = talk(['--name', 'Cem', '--channel', 'Logistics', ...what]);
      await watcher.says(/Cem has ended on Logistics/);
      expect(await player.exited, player.stderr).to.equal(0);
      const lines = player.stdout.toString();
      expect(lines).not.to.include('Everything is said');
      if (transport === 'udp') expect(lines).to.match(/over udp[^]*Talking to/);
      else expect(lines).not.to.include('udp');
    });
  }

  const failures: readonly [string, readonly string[], number, RegExp][] = [
    ['a channel that is not there', ['--channel', 'Moon'], 1, /"Moon" is not there.*Lobby/],
    [
      'a server that is not there',
      ['--url', 'http://127.0.0.1:1'],
      1,
      /no connection.*127\.0\.0\.1:1/,
    ],
    ['bad arguments', ['--transport', 'tcp', '--loud'], 2, /--loud/],
    ['a file that is not there', ['--play', 'none.wav'], 2, /none\.wav.*ENOENT/],
  ];
  for (const [what, args, code, message] of failures) {
    it(`ends with ${code} and one line for ${what}`, async () => {
      const program = talk(args);
      expect(await program.exited).to.equal(code);
      expect(program.stderr).to.match(message);
      expect(program.stderr.trim().split('\n')).to.have.lengthOf(1);
    });
  }

  it('comes back when the server does, and its recording is whole', async () => {
    const dataDir = path.join(folder, 'short');
    const serve = (port: string): Program =>
      run('reference-server/src/main.ts', [], {
        SIDETONE_PORT: port,
        SIDETONE_DATA_DIR: dataDir,
      });
    const first = serve('0');
    const [, port = ''] = await first.says(/listening on \S+:(\d+)/);
    const file = path.join(folder, 'cut.wav');
    const recorder = talk(['--record', file], { SIDETONE_DATA_DIR: dataDir });
    await recorder.says(/Joined Lobby/);
    first.child.kill('SIGKILL');
    await recorder.says(/No connection/);
    await first.exited;
    await serve(port).says(/listening/);
    await recorder.says(/Connected again/);
    recorder.child.kill('SIGINT');
    expect(await recorder.exited, recorder.stderr).to.equal(0);
    expect(readWav(await readFile(file)).samples.length).to.be.above(0);
  });

  it('signs in with an account, and says when the password is not the right one', async () => {
    const env = { SIDETONE_DATA_DIR: folder };
    const add = run('reference-server/src/sidetone.ts', ['user', 'add', 'ann'], env);
    add.child.stdin.end('nine otters under ice\n');
    expect(await add.exited, add.stderr).to.equal(0);
    const file = path.join(folder, 'password.txt');
    await writeFile(file, 'nine otters under ice\n', { mode: 0o600 });
    const line = ['--url', url, '--user', 'ann', '--leave-after', '0'];
    const [right, byFile, wrong, none] = [
      talk(line, { SIDETONE_PASSWORD: 'nine otters under ice' }),
      talk([...line, '--password-file', file]),
      talk(line, { SIDETONE_PASSWORD: 'canary under the floor' }),
      talk(line),
    ];
    for (const program of [right, byFile]) {
      expect(await program.exited, program.stderr).to.equal(0);
      expect(program.stdout.toString()).to.match(/Connected to \S+ as ann\n/);
    }
    expect(await wrong.exited).to.equal(1);
    expect(wrong.stderr)
      .to.match(/AUTHENTICATION_FAILED/)
      .and.not.include('canary');
    expect(await none.exited).to.equal(2);
    expect(none.stderr).to.match(/no terminal to ask for the password on; set SIDETONE_PASSWORD/);
  });

  it('tells with --help about every option, and ends with 0', async () => {
    const program = talk(['--help']);
    expect(await program.exited).to.equal(0);
    const options =
      'url name user password-file channel talk-to play live mic record speaker transport leave-after help';
    for (const option of options.split(' ')) {
      expect(program.stdout.toString()).to.include(` --${option} `.replace('--help ', '--help'));
    }
    expect(program.stderr).to.equal('');
  });
});
