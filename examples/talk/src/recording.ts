import type { AudioSink } from '@sidetone/client-sdk';
import { PcmStream } from './pcm-stream.js';
import type { RecordingOutput } from './settings.js';
import { WavFile } from './wav-file.js';

/** What is heard, written down as it is heard. */
export interface Recording extends AudioSink {
  /** For people. */
  readonly label: string;
  /** Of sound, so far. */
  readonly seconds: number;
  /** Everything is written when it resolves, and a file is complete. */
  close(): Promise<void>;
}

export interface RecordingListener {
  /** Nobody reads any more. */
  abandoned(): void;
  failed(error: Error): void;
}

/** Throws a `TalkFailure` when the file cannot be written. */
export async function openRecording(
  output: RecordingOutput,
  listener: RecordingListener,
): Promise<Recording> {
  if (output.kind === 'stdout') return new PcmStream(process.stdout, listener);
  return WavFile.create(output.path, listener);
}
