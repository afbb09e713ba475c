import type { AudioSource, OpusPacket, OpusSource } from '../../audio/audio-source.js';
import type { PackedSource, ToMedia } from '../remote/media-messages.js';
import { packError } from '../remote/packed-error.js';
import type { HostedSpeakers } from './hosted-speakers.js';
import type { HostedTargets } from './hosted-targets.js';
import type { Post } from './media-host.js';

export interface HostedTasksParts {
  readonly post: Post;
  readonly speakers: HostedSpeakers;
  readonly targets: HostedTargets;
}

type Chunk = Float32Array | OpusPacket;

interface Talk {
  readonly stopping: AbortController;
  pulled: (chunk: Chunk | null) => void;
}

/** What takes its time: talking with what the main thread has, until that ends or it says stop. */
export class HostedTasks {
  readonly #parts: HostedTasksParts;
  readonly #talks = new Map<number, Talk>();

  constructor(parts: HostedTasksParts) {
    this.#parts = parts;
  }

  drain(task: number, speaker: number): void {
    this.#settle(task, async () => this.#parts.speakers.of(speaker).drained());
  }

  talk({ task, speaker: id, source, target }: Extract<ToMedia, { type: 'talk' }>): void {
    const talk: Talk = { stopping: new AbortController(), pulled: () => undefined };
    this.#talks.set(task, talk);
    const { signal } = talk.stopping;
    this.#settle(task, async () => {
      const speaker = this.#parts.speakers.of(id);
      const fetched = this.#source(task, talk, source);
      if (target === null) await speaker.feed(fetched, signal);
      else await speaker.play(fetched, this.#parts.targets.of(target), signal);
    });
  }

  stop(task: number): void {
    this.#talks.get(task)?.stopping.abort();
  }

  pulled(task: number, chunk: Chunk | null): void {
    this.#talks.get(task)?.pulled(chunk);
    this.#parts.speakers.heard();
  }

  #settle(task: number, run: () => Promise<void>): void {
    const settled = (cause?: unknown): void => {
      this.#talks.delete(task);
      const error = cause === undefined ? null : packError(cause);
      this.#parts.post({ type: 'settled', task, error });
    };
    run().then(() => settled(), settled);
  }

  #source(task: number, talk: Talk, packed: PackedSource): AudioSource | OpusSource {
    const chunks = (signal?: AbortSignal): AsyncGenerator<Chunk> =>
      this.#chunks(task, talk, signal ?? talk.stopping.signal);
    if (packed.kind === 'opus') {
      return { ...packed, packets: chunks as OpusSource['packets'] };
    }
    return { ...packed, samples: chunks as AudioSource['samples'] };
  }

  async *#chunks(task: number, talk: Talk, signal: AbortSignal): AsyncGenerator<Chunk> {
    const stop = (): void => talk.pulled(null);
    signal.addEventListener('abort', stop);
    try {
      while (!signal.aborted) {
        const chunk = await new Promise<Chunk | null>((resolve) => {
          talk.pulled = resolve;
          this.#parts.post({ type: 'pull', task });
        });
        if (chunk === null) return;
        yield chunk;
      }
    } finally {
      signal.removeEventListener('abort', stop);
      this.#parts.post({ type: 'letGo', task });
    }
  }
}
