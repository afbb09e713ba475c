import type { AudioSink } from '@sidetone/client-sdk';
import { pcm16, wavHeader } from './pcm16.js';
import { findInstalled, RunningSoundProgram, type SoundProgram } from './sound-program.js';

/** Half a second of stereo: a program that is so far behind would only play the past. */
const MAX_WAITING_BYTES = 96_000;
/** The length that a WAV file has while nobody knows how long it gets. */
const ENDLESS_BYTES = 0xffff_ffff - 36;

/** All of them take a WAV file without an end from their stdin: one format that each version knows. */
export function speakerPrograms(platform: NodeJS.Platform): readonly SoundProgram[] {
  const ffplay = ['-loglevel', 'error', '-nodisp', '-fflags', 'nobuffer', '-probesize', '32'];
  const device = platform === 'win32' ? ['-t', 'waveaudio', 'default'] : ['-d'];
  return [
    { command: 'aplay', args: ['-q', '-t', 'wav', '-B', '100000', '-'] },
    { command: 'ffplay', args: [...ffplay, '-f', 'wav', '-i', '-'] },
    {
      command: 'sox',
      args: ['-q', '--buffer', '2048', '-t', 'wav', '--ignore-length', '-', ...device],
    },
  ];
}

export function findSpeaker(searchPath: string | undefined): SoundProgram | null {
  return findInstalled(speakerPrograms(process.platform), searchPath);
}

export const NO_SPEAKER = 'no sound without aplay, ffplay or sox; install one, such as alsa-utils';

/** Plays what it is given, through a program of the system. */
export class Speaker implements AudioSink {
  readonly #running: RunningSoundProgram;
  #closed = false;

  /** @param ended is told why, if the program ends before `close` */
  constructor(program: SoundProgram, ended: (why: string) => void) {
    this.#running = new RunningSoundProgram(program, 'plays');
    void this.#running.ended.then((why) => {
      if (!this.#closed) ended(why);
      this.#closed = true;
    });
    // The end of the program is told above; writing into its closed pipe tells nothing new.
    this.#running.child.stdin?.on('error', () => undefined);
    this.#running.child.stdin?.write(wavHeader(ENDLESS_BYTES));
  }

  write(samples: Float32Array): void {
    const { stdin } = this.#running.child;
    if (this.#closed || !stdin || stdin.writableLength > MAX_WAITING_BYTES) return;
    stdin.write(pcm16(samples));
  }

  close(): void {
    this.#closed = true;
    this.#running.stop();
  }
}
