import { Writable } from 'node:stream';
import { expect } from 'chai';
import { streamSink } from '../../src/node/stream-sink.js';

/** A reader that takes one write at a time, when the test says so. */
class SlowReader extends Writable {
  readonly taken: number[] = [];
  #release: (() => void) | null = null;

  constructor() {
    super({ highWaterMark: 1 });
  }

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.taken.push(chunk[0] ?? -1);
    this.#release = done;
  }

  async take(): Promise<void> {
    const release = this.#release;
    this.#release = null;
    release?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('A sink for a stream of Node', () => {
  it('gives a slow reader the latest, drops the oldest and counts it', async () => {
    const reader = new SlowReader();
    const sink = streamSink(reader, { maxWaitingBytes: 300 });
    for (let i = 0; i < 10; i++) sink.write(new Uint8Array(100).fill(i));
    expect(sink.dropped).to.equal(6);
    for (let i = 0; i < 12; i++) await reader.take();
    expect(reader.taken).to.deep.equal([0, 7, 8, 9]);
  });

  it('writes everything that waits before it ends the stream', async () => {
    const reader = new SlowReader();
    const sink = streamSink(reader);
    for (let i = 0; i < 5; i++) sink.write(Uint8Array.of(i));
    let isClosed = false;
    const closed = sink.close().then(() => (isClosed = true));
    while (!isClosed) await reader.take();
    await closed;
    expect(reader.taken).to.deep.equal([0, 1, 2, 3, 4]);
    expect(reader.writableFinished).to.equal(true);
    sink.write(Uint8Array.of(9));
    expect([sink.dropped, reader.taken.length]).to.deep.equal([1, 5]);
  });

  it('says once that the stream has failed, and is quiet from then on', async () => {
    const failures: Error[] = [];
    const reader = new Writable({
      write: (_chunk, _encoding, done) => done(new Error('the disk is full')),
    });
    const sink = streamSink(reader, { failed: (error) => failures.push(error) });
    sink.write(Uint8Array.of(1));
    await new Promise((resolve) => setImmediate(resolve));
    sink.write(Uint8Array.of(2));
    expect(failures.map(({ message }) => message)).to.deep.equal([
      'the stream is written no further: the disk is full; open another one',
    ]);
    expect(sink.dropped).to.equal(1);
    const error: unknown = await sink.close().catch((cause: unknown) => cause);
    expect(error).to.have.property('code', 'ERR_AUDIO_OUTPUT');
  });

  it('notices that its reader has gone without a word', async () => {
    const failures: Error[] = [];
    const reader = new SlowReader();
    streamSink(reader, { failed: (error) => failures.push(error) });
    reader.destroy();
    await new Promise((resolve) => setImmediate(resolve));
    expect(failures).to.have.length(1);
  });
});
