import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { readWav, waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import { PcmStream } from '../src/pcm-stream.js';
import type { RecordingListener } from '../src/recording.js';
import { TalkFailure } from '../src/talk-failure.js';
import { WavFile } from '../src/wav-file.js';

const unexpected: RecordingListener = {
  abandoned: () => expect.fail('abandoned'),
  failed: (error) => expect.fail(error.message),
};

/** 20 ms of stereo. */
const STEP = 1_920;
const tone = (step: number): Float32Array =>
  Float32Array.from({ length: STEP }, (_, i) => Math.sin((step * STEP + i) / 50) / 2);

describe('a recording to a file', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sidetone-talk-'));
    file = path.join(folder, 'heard.wav');
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is a whole WAV file after its end, with every sample', async () => {
    const recording = await WavFile.create(file, unexpected);
    for (let step = 0; step < 100; step++) recording.write(tone(step));
    await recording.close();
    expect(recording.seconds).to.equal(2);
    const { samples, channels, sampleRate } = readWav(await readFile(file));
    expect({ channels, sampleRate }).to.deep.equal({ channels: 2, sampleRate: 48_000 });
    expect(samples).to.have.lengthOf(100 * STEP);
    for (const step of [0, 57, 99]) {
      const errors = tone(step).map((sample, i) => sample - (samples[step * STEP + i] ?? NaN));
      expect(Math.max(...errors.map(Math.abs))).to.be.below(1 / 32_000);
    }
  });

  it('can be read without its end, but for the last second', async () => {
    const recording = await WavFile.create(file, unexpected);
    for (let step = 0; step < 75; step++) recording.write(tone(step));
    const samples = await waitFor(async () => {
      const read = readWav(await readFile(file)).samples;
      return read.length >= 50 * STEP ? read : null;
    });
    expect(samples.subarray(0, STEP).some((sample) => sample !== 0)).to.equal(true);
    await recording.close();
  });

  it('is a WAV file even if nothing was heard', async () => {
    await (await WavFile.create(file, unexpected)).close();
    expect(readWav(await readFile(file)).samples).to.have.lengthOf(0);
  });

  it('takes nothing any more after its end', async () => {
    const recording = await WavFile.create(file, unexpected);
    await recording.close();
    recording.write(tone(0));
    expect(recording.seconds).to.equal(0);
  });

  it('is refused where no file can be', async () => {
    const refused = await WavFile.create(path.join(folder, 'no', 'heard.wav'), unexpected).catch(
      (error: unknown) => error,
    );
    expect(refused).to.be.instanceOf(TalkFailure).with.property('exitCode', 2);
    expect((refused as Error).message).to.match(/--record ".*heard\.wav" cannot be written/);
  });
});

describe('a recording to stdout', () => {
  it('is signed 16-bit little-endian stereo and nothing else', async () => {
    const output = new PassThrough();
    const recording = new PcmStream(output, unexpected);
    recording.write(Float32Array.of(0, 0.5, -1, 1));
    await recording.close();
    expect([...(output.read() as Buffer)]).to.deep.equal([0, 0, 0, 0x40, 0, 0x80, 0xff, 0x7f]);
    expect(recording.seconds).to.equal(2 / 48_000);
  });

  it('leaves out what a reader is too slow for', () => {
    const output = new Writable({ highWaterMark: 1, write: () => undefined });
    const recording = new PcmStream(output, unexpected);
    for (let step = 0; step < 500; step++) recording.write(tone(step));
    expect(output.writableLength).to.be.within(192_000, 192_000 + 4 * STEP);
  });

  it('ends when the reader goes away, and fails with any other error', () => {
    const told: string[] = [];
    const listener: RecordingListener = {
      abandoned: () => told.push('abandoned'),
      failed: ({ message }) => told.push(message),
    };
    const output = new PassThrough();
    new PcmStream(output, listener);
    output.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    output.emit('error', Object.assign(new Error('no space'), { code: 'ENOSPC' }));
    expect(told).to.deep.equal(['abandoned', 'stdout cannot be written: no space']);
  });
});
