/** A Worker that has not said by now that it is ready was not found, or may not run. */
export const READY_WITHIN_MS = 5_000;

/** The first message of the media Worker: it runs, or why it cannot. */
export type WorkerHandshake =
  { readonly type: 'ready' } | { readonly type: 'failed'; readonly message: string };

/** Waits for the handshake; ends a Worker that does not give it. */
export async function workerReady(
  worker: Worker,
  withinMs: number = READY_WITHIN_MS,
): Promise<Worker> {
  const ended = new AbortController();
  const { signal } = ended;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const onMessage = ({ data }: MessageEvent<WorkerHandshake>): void => {
        if (data.type === 'ready') resolve();
        if (data.type === 'failed') reject(new Error(data.message));
      };
      // A file that is missing, or is no script, makes an event without any words.
      const onError = (event: ErrorEvent): void =>
        reject(new Error(event.message || 'it is not there, is no script, or may not run'));
      worker.addEventListener('message', onMessage, { signal });
      worker.addEventListener('error', onError, { signal });
      timer = setTimeout(() => reject(new Error(`no answer in ${withinMs} ms`)), withinMs);
    });
    return worker;
  } catch (cause) {
    worker.terminate();
    throw cause;
  } finally {
    clearTimeout(timer);
    ended.abort();
  }
}
