import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import { ffmpegSource } from '../../src/node/ffmpeg-source.js';

/** Stands in for ffmpeg: a program that says how it was called and does what the test needs. */
async function program(folder: string, body: string): Promise<string> {
  const file = path.join(folder, 'ffmpeg');
  const head = `#!${process.execPath}\nrequire('fs').writeFileSync(__dirname + '/called',
    JSON.stringify({ pid: process.pid, args: process.argv.slice(2) }));\n`;
  await writeFile(file, head + body);
  await chmod(file, 0o755);
  return file;
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('A source from ffmpeg', function () {
  this.timeout(30_000);
  let folder: string;
  const searchPath = process.env['PATH'];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sidetone-ffmpeg-'));
  });

  afterEach(async () => {
    process.env['PATH'] = searchPath;
    await rm(folder, { recursive: true });
  });

  const called = async (): Promise<{ pid: number; args: string[] }> =>
    JSON.parse(await readFile(path.join(folder, 'called'), 'utf8')) as never;

  it('is the floats that the program writes, found in PATH', async () => {
    const values = Float32Array.from({ length: 5_000 }, (_, i) => i / 5_000);
    const bytes = Buffer.from(values.buffer).toString('base64');
    await program(folder, `process.stdout.write(Buffer.from('${bytes}', 'base64'))`);
    process.env['PATH'] = `${folder}${path.delimiter}relative`;
    const heard: number[] = [];
    const source = ffmpegSource('-speech of: Ann.mp3', { channels: 2 });
    for await (const samples of source.samples()) heard.push(...samples);
    expect(heard).to.deep.equal([...values]);
    const { args } = await called();
    expect(args[args.indexOf('-i') + 1]).to.equal('file:-speech of: Ann.mp3');
    expect(args.join(' ')).to.include('-f f32le -ar 48000 -ac 2');
    expect(args[args.indexOf('-protocol_whitelist') + 1]).to.equal('file,crypto,data');
  });

  it('is refused at once where there is no ffmpeg, with what to do', () => {
    process.env['PATH'] = folder;
    expect(() => ffmpegSource('speech.mp3'))
      .to.throw('apt install ffmpeg')
      .with.property('code', 'ERR_AUDIO_FFMPEG');
  });

  it('rejects with the last that the program said, however much that was', async () => {
    const file = await program(
      folder,
      `for (let i = 0; i < 2000; i++) process.stderr.write('noise '.repeat(100));
       process.stderr.write('\\nspeech.mp3: Invalid data\\n', () => process.exit(1))`,
    );
    const samples = ffmpegSource('speech.mp3', { program: file }).samples();
    const error: unknown = await samples[Symbol.asyncIterator]()
      .next()
      .catch((cause: unknown) => cause);
    expect(error).to.have.property('code', 'ERR_AUDIO_FFMPEG');
    expect(error).to.have.property('message').that.includes('speech.mp3: Invalid data; ');
    const missing = ffmpegSource('a', { program: path.join(folder, 'none') }).samples();
    const failure: unknown = await missing[Symbol.asyncIterator]()
      .next()
      .catch((cause: unknown) => cause);
    expect(failure).to.have.property('message').that.includes('does not run');
  });

  it('kills the program when the talk is aborted while nothing comes', async () => {
    const file = await program(
      folder,
      `process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6)`,
    );
    const stopping = new AbortController();
    const samples = ffmpegSource('a.mp3', { program: file }).samples(stopping.signal);
    const first = samples[Symbol.asyncIterator]().next();
    const { pid } = await waitFor(async () => {
      try {
        return await called();
      } catch {
        return null;
      }
    });
    expect(isAlive(pid)).to.equal(true);
    stopping.abort();
    expect((await first).done).to.equal(true);
    await waitFor(() => !isAlive(pid));
  });

  it('kills the program when the talk ends before it does', async () => {
    const file = await program(
      folder,
      `const block = Buffer.alloc(65536); const go = () => process.stdout.write(block, go); go()`,
    );
    for await (const samples of ffmpegSource('a.mp3', { program: file }).samples()) {
      if (samples.length > 0) break;
    }
    const { pid } = await called();
    await waitFor(() => !isAlive(pid));
  });

  it('takes addresses of the web, but none with credentials and no others', async () => {
    const file = await program(folder, '');
    for await (const samples of ffmpegSource(new URL('https://radio.test/live'), {
      program: file,
    }).samples()) {
      expect(samples).to.have.length(0);
    }
    expect((await called()).args).to.include('https://radio.test/live');
    for (const address of ['https://ann:secret@radio.test/', 'rtmp://radio.test/']) {
      expect(() => ffmpegSource(new URL(address), { program: file }))
        .to.throw(/give/)
        .with.property('code', 'ERR_AUDIO_FFMPEG');
      expect(() => ffmpegSource(new URL(address), { program: file })).to.not.throw('secret');
    }
  });
});
