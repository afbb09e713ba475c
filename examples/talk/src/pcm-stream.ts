import type { Writable } from 'node:stream';
import { pcm16 } from './pcm16.js';
import type { Recording, RecordingListener } from './recording.js';
import { TalkFailure } from './talk-failure.js';

/** One second of stereo: who is so far behind gets the present instead of the past. */
const MAX_WAITING_BYTES = 192_000;
const SAMPLES_PER_SECOND = 96_000;
/** A reader that has stopped reading must not keep the program from ending. */
const CLOSE_TIMEOUT_MS = 1_000;

/** Raw PCM into a pipe, at the pace of the sound. */
export class PcmStream implements Recording {
  readonly label = 'stdout';
  readonly #output: Writable;
  #samples = 0;

  constructor(output: Writable, listener: RecordingListener) {
    this.#output = output;
    output.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') listener.abandoned();
      else listener.failed(new TalkFailure(`stdout cannot be written: ${error.message}`));
    });
  }

  get seconds(): number {
    return this.#samples / SAMPLES_PER_SECOND;
  }

  write(samples: Float32Array): void {
    if (!this.#output.writable || this.#output.writableLength > MAX_WAITING_BYTES) return;
    this.#samples += samples.length;
    this.#output.write(pcm16(samples));
  }

  async close(): Promise<void> {
    if (!this.#output.writable) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
      this.#output.write('', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
