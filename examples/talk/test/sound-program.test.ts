import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readWav, waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import { findMicrophone, microphonePrograms, microphoneSource } from '../src/microphone.js';
import { findInstalled } from '../src/sound-program.js';
import { findSpeaker, Speaker, speakerPrograms } from '../src/speaker.js';
import { TalkFailure } from '../src/talk-failure.js';

describe('the programs for sound', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sidetone-talk-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const install = async (name: string, code = ''): Promise<void> => {
    const file = path.join(folder, name);
    await writeFile(file, `#!${process.execPath}\n${code}\n`);
    await chmod(file, 0o755);
  };

  /** Calls a file of the folder in place of one of the system. */
  const programOf = (name: string) => ({ command: path.join(folder, name), args: [] });

  for (const [programs, order] of [
    [microphonePrograms('linux'), ['arecord', 'ffmpeg', 'sox']],
    [speakerPrograms('linux'), ['aplay', 'ffplay', 'sox']],
  ] as const) {
    it(`are ${order.join(', ')}, and the first that is installed is taken`, async () => {
      expect(programs.map(({ command }) => command)).to.deep.equal(order);
      for (const name of [...order].reverse()) {
        await install(name);
        const searchPath = [path.join(folder, 'none'), '', folder].join(path.delimiter);
        expect(findInstalled(programs, searchPath)?.command).to.equal(name);
      }
    });
  }

  it('are not taken where they cannot be run', async () => {
    await writeFile(path.join(folder, 'arecord'), '');
    expect(findInstalled(microphonePrograms('linux'), folder)).to.equal(null);
  });

  it('are told to be missing in a line that says what to install', () => {
    expect(() => findMicrophone(folder))
      .to.throw(TalkFailure, /arecord, ffmpeg or sox; install/)
      .with.property('exitCode', 1);
    expect(findSpeaker(folder)).to.equal(null);
    expect(findSpeaker(undefined)).to.equal(null);
  });

  it('give what they capture until it is enough', async () => {
    await install('mic', 'setInterval(() => process.stdout.write(Buffer.from([0, 0x40])), 5)');
    const stop = new AbortController();
    const heard: number[] = [];
    for await (const samples of microphoneSource(programOf('mic'), stop.signal).samples()) {
      heard.push(...samples);
      if (heard.length >= 3) stop.abort();
    }
    expect(new Set(heard)).to.deep.equal(new Set([0.5]));
  });

  it('are a failure of the microphone when they end by themselves', async () => {
    await install('mic', `console.error('ALSA: much ado'); console.error('no such device')`);
    const { signal } = new AbortController();
    const captured = microphoneSource(programOf('mic'), signal).samples()[Symbol.asyncIterator]();
    const ended = await captured.next().catch((error: unknown) => error);
    expect(ended).to.be.instanceOf(TalkFailure);
    expect((ended as Error).message).to.match(/microphone has stopped.*: no such device$/);
  });

  it('are a failure of the microphone when they do not run at all', async () => {
    const { signal } = new AbortController();
    const captured = microphoneSource(programOf('none'), signal).samples()[Symbol.asyncIterator]();
    const ended = await captured.next().catch((error: unknown) => error);
    expect((ended as Error).message).to.match(/does not run: .*ENOENT/);
  });

  it('are given a WAV file without an end to play', async () => {
    const file = path.join(folder, 'played');
    await install('speaker', `process.stdin.pipe(require('fs').createWriteStream('${file}'))`);
    const speaker = new Speaker(programOf('speaker'), (why) => expect.fail(why));
    speaker.write(Float32Array.of(0.5, -0.5));
    const played = await waitFor(async () => {
      const bytes = await readFile(file);
      return bytes.length >= 48 ? bytes : null;
    });
    expect(played.readUInt32LE(40)).to.be.above(0xffff_0000);
    played.writeUInt32LE(40, 4);
    played.writeUInt32LE(4, 40);
    const { samples, channels, sampleRate } = readWav(played);
    expect({ samples: [...samples], channels, sampleRate }).to.deep.equal({
      samples: [0.5, -0.5],
      channels: 2,
      sampleRate: 48_000,
    });
    speaker.close();
  });

  it('say once why there is no more sound, and what comes after that is left out', async () => {
    await install('speaker', `console.error('device is gone'); process.exit(3)`);
    const told: string[] = [];
    const speaker = new Speaker(programOf('speaker'), (why) => told.push(why));
    await waitFor(() => told.length > 0);
    speaker.write(new Float32Array(1_920));
    speaker.close();
    expect(told).to.have.lengthOf(1);
    expect(told[0]).to.match(/device is gone$/);
  });
});
