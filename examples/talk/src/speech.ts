import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  oggOpusSource,
  pcmSource,
  wavSource,
  type AudioSource,
  type OpusSource,
} from '@sidetone/client-sdk';
import { findMicrophone, microphoneSource } from './microphone.js';
import type { SpeechInput } from './settings.js';
import { TalkFailure } from './talk-failure.js';

/** What is going to be said. */
export interface Speech {
  /** For people. */
  readonly label: string;
  readonly source: AudioSource | OpusSource;
}

/** The file is in memory, four bytes for each sample. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/** Throws a `TalkFailure` when there is nothing that could be said. */
export async function openSpeech(input: SpeechInput, stop: AbortSignal): Promise<Speech> {
  switch (input.kind) {
    case 'file':
      return { label: path.basename(input.path), source: await readSpeech(input.path) };
    case 'stdin':
      return { label: 'stdin', source: stdinSource(input.live) };
    case 'microphone': {
      const program = findMicrophone(process.env['PATH']);
      return { label: `microphone (${program.command})`, source: microphoneSource(program, stop) };
    }
  }
}

async function readSpeech(file: string): Promise<AudioSource | OpusSource> {
  try {
    const { size } = await stat(file);
    if (size > MAX_FILE_BYTES) throw new Error(`${size} bytes are more than 256 MiB; pipe it in`);
    const bytes = await readFile(file);
    return bytes.toString('latin1', 0, 4) === 'OggS' ? oggOpusSource(bytes) : wavSource(bytes);
  } catch (error) {
    throw new TalkFailure(`--play "${file}" cannot be played: ${(error as Error).message}`, 2);
  }
}

function stdinSource(live: boolean): AudioSource {
  // Without a listener yet, what comes is let go: said after joining, it would be heard late for good.
  if (live) process.stdin.resume();
  return pcmSource(process.stdin, { live });
}
