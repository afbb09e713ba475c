import type { AudioSource, OpusPacket, OpusSource } from '../../audio/audio-source.js';
import type { MediaLine } from './media-line.js';
import type { PackedSource } from './media-messages.js';
import { unpackError, type PackedError } from './packed-error.js';

interface Task {
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
  readonly feed: SourceFeed | null;
}

type Chunk = Float32Array | OpusPacket;

/** What the Worker was asked to do and has not done yet; it fetches what it talks with from here. */
export class TalkTasks {
  readonly #line: MediaLine;
  readonly #tasks = new Map<number, Task>();
  #last = 0;
  #closed = false;

  constructor(line: MediaLine) {
    this.#line = line;
  }

  /** Resolves when the Worker has sent all that it was given. */
  drain(speaker: number): Promise<void> {
    return this.#begin(null, (task) => this.#line.post({ type: 'drain', speaker, task }));
  }

  /** @param target to be played to; `null`: it is fed */
  async talk(
    speaker: number,
    source: AudioSource | OpusSource,
    target: number | null,
    signal: AbortSignal,
  ): Promise<void> {
    const stopping = new AbortController();
    const stop = (): void => stopping.abort();
    signal.addEventListener('abort', stop);
    try {
      await this.#begin(new SourceFeed(source), (task) => {
        this.#line.post({ type: 'talk', speaker, task, source: packed(source), target });
        const stopTask = (): void => this.#line.post({ type: 'stopTask', task });
        stopping.signal.addEventListener('abort', stopTask);
        if (signal.aborted) stop();
      });
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** The Worker wants more. */
  async pull(task: number): Promise<void> {
    const feed = this.#tasks.get(task)?.feed;
    const chunk = (await feed?.next()) ?? null;
    try {
      this.#give(task, chunk);
    } catch (cause) {
      // Not all that an app may put into a packet can leave its thread.
      feed?.fail(cause);
      this.#give(task, null);
    }
  }

  /** It wants no more. */
  letGo(task: number): void {
    this.#tasks.get(task)?.feed?.close();
  }

  settled(id: number, error: PackedError | null): void {
    const task = this.#tasks.get(id);
    if (!task) return;
    this.#tasks.delete(id);
    task.feed?.close();
    if (task.feed?.failed) task.reject(task.feed.failure);
    else if (error) task.reject(unpackError(error));
    else task.resolve();
  }

  /** There is no Worker any more that would do anything. */
  close(): void {
    this.#closed = true;
    for (const id of [...this.#tasks.keys()]) this.settled(id, null);
  }

  #give(task: number, chunk: Chunk | null): void {
    if (chunk instanceof Float32Array) {
      // A copy: the source may go on with its memory.
      const samples = new Float32Array(chunk);
      this.#line.post({ type: 'pulled', task, chunk: samples }, [samples.buffer]);
    } else this.#line.post({ type: 'pulled', task, chunk });
  }

  #begin(feed: SourceFeed | null, post: (task: number) => void): Promise<void> {
    if (this.#closed) return Promise.resolve();
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#tasks.set(id, { resolve, reject, feed });
      post(id);
    });
  }
}

/** A source of the app, read as the Worker asks for it. */
class SourceFeed {
  readonly #source: AudioSource | OpusSource;
  readonly #wanted = new AbortController();
  #chunks: AsyncIterator<Chunk> | null = null;
  #closed = false;
  /** What the source has thrown, if it has. */
  failure: unknown;
  failed = false;

  constructor(source: AudioSource | OpusSource) {
    this.#source = source;
  }

  /** `null` at the end. */
  async next(): Promise<Chunk | null> {
    if (this.#closed) return null;
    try {
      this.#chunks ??= this.#open();
      const result = await this.#chunks.next();
      return result.done === true ? null : result.value;
    } catch (cause) {
      this.fail(cause);
      return null;
    }
  }

  /** What the source says when it is let go concerns the talk no more. */
  fail(cause: unknown): void {
    if (!this.#closed) [this.failed, this.failure] = [true, cause];
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#wanted.abort();
    this.#chunks?.return?.().catch(() => undefined);
  }

  #open(): AsyncIterator<Chunk> {
    const { signal } = this.#wanted;
    const source = this.#source;
    const chunks = source.kind === 'pcm' ? source.samples(signal) : source.packets(signal);
    return (chunks as AsyncIterable<Chunk>)[Symbol.asyncIterator]();
  }
}

function packed(source: AudioSource | OpusSource): PackedSource {
  const { kind, live } = source;
  return kind === 'pcm' ? { kind, live, channels: source.channels } : { kind, live };
}
