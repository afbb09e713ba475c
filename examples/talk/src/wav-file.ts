import { open, type FileHandle } from 'node:fs/promises';
import { pcm16, WAV_HEADER_BYTES, wavHeader } from './pcm16.js';
import type { Recording, RecordingListener } from './recording.js';
import { TalkFailure } from './talk-failure.js';

/** 16 bits for each ear. */
const BYTES_PER_SECOND = 192_000;
/** A WAV file counts its bytes in 32 bits: more than six hours. */
const MAX_DATA_BYTES = 0xffff_ffff - 36 - BYTES_PER_SECOND;
/** A disk that is so far behind is not going to catch up. */
const MAX_WAITING_BYTES = 60 * BYTES_PER_SECOND;

/**
 * A WAV file that is written while the sound goes on. Its header is brought up to date every
 * second, so that it can be read even if the program or the machine comes to a sudden end.
 */
export class WavFile implements Recording {
  readonly label: string;
  readonly #file: FileHandle;
  readonly #listener: RecordingListener;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #writtenBytes = 0;
  #headerBytes = 0;
  #writing: Promise<void> | null = null;
  #over = false;

  private constructor(path: string, file: FileHandle, listener: RecordingListener) {
    this.label = path;
    this.#file = file;
    this.#listener = listener;
  }

  static async create(path: string, listener: RecordingListener): Promise<WavFile> {
    try {
      const file = await open(path, 'w');
      await file.write(wavHeader(0), 0, WAV_HEADER_BYTES, 0);
      return new WavFile(path, file, listener);
    } catch (error) {
      const message = (error as Error).message;
      throw new TalkFailure(`--record "${path}" cannot be written: ${message}`, 2);
    }
  }

  get seconds(): number {
    return (this.#writtenBytes + this.#waitingBytes) / BYTES_PER_SECOND;
  }

  write(samples: Float32Array): void {
    if (this.#over) return;
    const bytes = pcm16(samples);
    if (this.#writtenBytes + this.#waitingBytes + bytes.length > MAX_DATA_BYTES) {
      return this.#fail('it has the length that a WAV file can have; begin another one');
    }
    if (this.#waitingBytes + bytes.length > MAX_WAITING_BYTES) {
      return this.#fail('the disk is too slow');
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#writing ??= this.#writeWaiting();
  }

  async close(): Promise<void> {
    this.#over = true;
    await this.#writing;
    try {
      await this.#writeHeader();
    } finally {
      await this.#file.close();
    }
  }

  /** Never rejects. */
  async #writeWaiting(): Promise<void> {
    try {
      while (this.#waitingBytes > 0) {
        const bytes = Buffer.concat(this.#waiting);
        this.#waiting = [];
        await this.#file.write(bytes, 0, bytes.length, WAV_HEADER_BYTES + this.#writtenBytes);
        this.#waitingBytes -= bytes.length;
        this.#writtenBytes += bytes.length;
        if (this.#writtenBytes - this.#headerBytes >= BYTES_PER_SECOND) await this.#writeHeader();
      }
    } catch (error) {
      this.#fail((error as Error).message);
    } finally {
      this.#writing = null;
    }
  }

  async #writeHeader(): Promise<void> {
    await this.#file.write(wavHeader(this.#writtenBytes), 0, WAV_HEADER_BYTES, 0);
    this.#headerBytes = this.#writtenBytes;
  }

  #fail(problem: string): void {
    this.#over = true;
    this.#listener.failed(new TalkFailure(`"${this.label}" is recorded no further: ${problem}`));
  }
}
