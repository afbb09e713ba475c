import type { Readable } from 'node:stream';
import { pcmSource, type AudioSource } from '@sidetone/client-sdk';
import { findInstalled, RunningSoundProgram, type SoundProgram } from './sound-program.js';
import { TalkFailure } from './talk-failure.js';

const INSTALL_HINT: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'install one, on Debian with: apt install alsa-utils',
  darwin: 'install one, with Homebrew: brew install sox',
  win32: 'install SoX and put its folder into PATH',
};

/** All of them write signed 16-bit little-endian samples of 48 kHz, mono, to their stdout. */
export function microphonePrograms(platform: NodeJS.Platform): readonly SoundProgram[] {
  const raw = ['-t', 'raw', '-r', '48000'];
  const sox = ['-q', '--buffer', '2048', '-d', ...raw, '-e', 'signed', '-b', '16', '-L', '-c', '1'];
  const device =
    platform === 'darwin' ? ['avfoundation', '-i', ':default'] : ['alsa', '-i', 'default'];
  const ffmpeg = ['-nostdin', '-loglevel', 'error', '-f', ...device, '-ac', '1', '-ar', '48000'];
  return [
    // 20 ms at a time out of a buffer of 100 ms.
    {
      command: 'arecord',
      args: ['-q', ...raw, '-f', 'S16_LE', '-c', '1', '-F', '20000', '-B', '100000'],
    },
    // On Windows ffmpeg has no device by default, and nobody knows the names of theirs.
    ...(platform === 'win32' ? [] : [{ command: 'ffmpeg', args: [...ffmpeg, '-f', 's16le', '-'] }]),
    { command: 'sox', args: [...sox, '-'] },
  ];
}

/** Throws a `TalkFailure` when there is no program that captures sound. */
export function findMicrophone(searchPath: string | undefined): SoundProgram {
  const found = findInstalled(microphonePrograms(process.platform), searchPath);
  if (found !== null) return found;
  const hint = INSTALL_HINT[process.platform] ?? 'install one of them';
  throw new TalkFailure(`no microphone without arecord, ffmpeg or sox; ${hint}`);
}

/** A source that captures from its first use on, until `stop`; a program that ends before that is a failure. */
export function microphoneSource(program: SoundProgram, stop: AbortSignal): AudioSource {
  async function* samples(): AsyncGenerator<Float32Array> {
    const running = new RunningSoundProgram(program, 'captures');
    const end = (): void => running.stop();
    stop.addEventListener('abort', end, { once: true });
    try {
      yield* pcmSource(running.child.stdout as Readable).samples();
      const why = await running.ended;
      if (!stop.aborted) throw new TalkFailure(`the microphone has stopped: ${why}`);
    } finally {
      stop.removeEventListener('abort', end);
      running.stop();
    }
  }
  return { kind: 'pcm', channels: 1, live: true, samples };
}
