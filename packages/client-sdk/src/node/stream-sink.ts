import type { Writable } from 'node:stream';
import type { VoiceError } from '@sidetone/protocol';
import type { ByteSink } from '../audio/byte-sink.js';
import { clientError } from '../error/client-error.js';

export interface StreamSinkOptions {
  /** What may wait for a reader that is too slow. Default 1 MiB: five seconds of stereo PCM. */
  readonly maxWaitingBytes?: number;
  /** Called once, when the stream fails or is closed by its reader; nothing is written after it. */
  readonly failed?: (error: Error) => void;
}

export interface StreamSink extends ByteSink {
  /** Writes that were left out because the reader was too slow, the oldest first. */
  readonly dropped: number;
  /**
   * Ends the stream once everything that waits is written; a process's own stdout and stderr stay
   * open. Rejects with `ERR_AUDIO_OUTPUT` when the stream has failed, or reads nothing for 5 s.
   */
  close(): Promise<void>;
}

const DEFAULT_MAX_WAITING_BYTES = 1 << 20;
const CLOSE_TIMEOUT_MS = 5_000;

/**
 * Writes to a stream of Node, such as a file or a pipe, at the pace of its reader. Sound does not wait:
 * who reads too slowly gets the present instead of the past.
 */
export function streamSink(output: Writable, options: StreamSinkOptions = {}): StreamSink {
  return new BoundedStream(output, options);
}

class BoundedStream implements StreamSink {
  readonly #output: Writable;
  readonly #maxWaitingBytes: number;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #isFull = false;
  #dropped = 0;
  #error: VoiceError | null = null;
  #closing: Promise<void> | null = null;

  constructor(output: Writable, { maxWaitingBytes, failed }: StreamSinkOptions) {
    this.#output = output;
    this.#maxWaitingBytes = maxWaitingBytes ?? DEFAULT_MAX_WAITING_BYTES;
    output.on('drain', () => this.#drain());
    const fail = (cause?: Error): void => {
      if (this.#error !== null || this.#closing !== null) return;
      this.#fail(cause);
      if (this.#error !== null) failed?.(this.#error);
    };
    output.on('error', fail);
    output.on('close', () => fail());
  }

  get dropped(): number {
    return this.#dropped;
  }

  write(bytes: Uint8Array): void {
    if (this.#error !== null || this.#closing !== null) return void (this.#dropped += 1);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (!this.#isFull) return this.#drain();
    while (this.#waitingBytes > this.#maxWaitingBytes && this.#waiting.length > 1) {
      this.#waitingBytes -= this.#waiting.shift()?.length ?? 0;
      this.#dropped += 1;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #drain(): void {
    this.#isFull = false;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      this.#waitingBytes -= next.length;
      this.#isFull = !this.#output.write(next);
      if (this.#isFull) return;
    }
  }

  async #close(): Promise<void> {
    if (this.#error !== null) throw this.#error;
    for (const bytes of this.#waiting.splice(0)) this.#output.write(bytes);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(outputError('its reader has stopped reading'));
        if (!isStandard(this.#output)) this.#output.destroy();
      }, CLOSE_TIMEOUT_MS);
      const done = (cause?: Error | null): void => {
        clearTimeout(timer);
        if (cause) reject(outputError(cause.message, cause));
        else resolve();
      };
      if (isStandard(this.#output)) this.#output.write('', done);
      else this.#output.end(done);
    });
  }

  #fail(cause?: Error): void {
    this.#dropped += this.#waiting.length;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#error = outputError(cause?.message ?? 'its reader has closed it', cause);
  }
}

/** They are the program's, not ours to end. */
function isStandard(output: Writable): boolean {
  return output === process.stdout || output === process.stderr;
}

function outputError(problem: string, cause?: Error): VoiceError {
  return clientError(
    'ERR_AUDIO_OUTPUT',
    `the stream is written no further: ${problem}; open another one`,
    cause ? { cause } : {},
  );
}
