/** What a `ReadableStream` of the web has; not every browser can iterate over one. */
export interface WebStream<T> {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: T | undefined }>;
    cancel(reason?: unknown): Promise<void>;
  };
}

/** A stream of Node or of the web, a generator, or an array of what is there already. */
export type ChunkSource<T> = AsyncIterable<T> | Iterable<T> | WebStream<T>;

/**
 * The chunks of a stream. It is let go, and with it what is behind it, when the iteration ends; at
 * the signal also while it is waited for, where the stream can be ended from outside.
 */
export async function* chunksOf<T>(
  source: ChunkSource<T>,
  signal?: AbortSignal,
): AsyncGenerator<T> {
  if (signal?.aborted) return;
  if ('getReader' in source) yield* webChunks(source, signal);
  else yield* iterated(source, signal);
}

async function* webChunks<T>(source: WebStream<T>, signal?: AbortSignal): AsyncGenerator<T> {
  const reader = source.getReader();
  // A stream that has failed cannot be cancelled, and needs not be: its reads have said so.
  const cancel = (): void => void reader.cancel().catch(() => undefined);
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || signal?.aborted) return;
      yield value as T;
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
    cancel();
  }
}

async function* iterated<T>(
  source: AsyncIterable<T> | Iterable<T>,
  signal?: AbortSignal,
): AsyncGenerator<T> {
  const end = (): void => {
    if (isDestroyable(source)) source.destroy();
  };
  signal?.addEventListener('abort', end, { once: true });
  try {
    for await (const chunk of source) {
      if (signal?.aborted) return;
      yield chunk;
    }
  } catch (cause) {
    // Ending it from outside is told as a failure by streams of Node.
    if (!signal?.aborted) throw cause;
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

/** As the streams of Node are. */
function isDestroyable(source: object): source is { destroy(): void } {
  return 'destroy' in source && typeof source.destroy === 'function';
}
