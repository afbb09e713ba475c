import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { VoiceError } from '@sidetone/protocol';
import type { AudioSource } from '../audio/audio-source.js';
import { pcmSource } from '../audio/pcm-source.js';
import { SAMPLE_RATE_HZ } from '../audio/sample-rate.js';
import { clientError } from '../error/client-error.js';
import { findProgram } from './find-program.js';

export interface FfmpegSourceOptions {
  /** Default 1. */
  readonly channels?: 1 | 2;
  /** The program. Default: the `ffmpeg` of PATH. */
  readonly program?: string;
  /** Whether it is a stream that comes at the pace of speech by itself. Default false. */
  readonly live?: boolean;
}

const KEPT_STDERR = 2_000;
/** What a file may make ffmpeg open besides: a playlist must not reach into the network. */
const FILE_PROTOCOLS = 'file,crypto,data';
const WEB_PROTOCOLS = 'http,https,tcp,tls,crypto,data';

/**
 * Whatever ffmpeg can read, to talk with: the first audio stream of a file, or of an `http:` or
 * `https:` address. The program runs while it is played, and is killed as soon as the talk ends.
 *
 * Throws `ERR_AUDIO_FFMPEG` at once where there is no ffmpeg, and while it is played when ffmpeg
 * cannot read the input.
 */
export function ffmpegSource(input: string | URL, options: FfmpegSourceOptions = {}): AudioSource {
  const { channels = 1, live = false } = options;
  const program = options.program ?? findProgram('ffmpeg', process.env['PATH']);
  if (program === null) {
    throw ffmpegError(
      'there is no ffmpeg in PATH; install it, on Debian with: apt install ffmpeg, or convert the file to WAV or Ogg Opus',
    );
  }
  const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'error'];
  const args = [...quiet, ...inputArguments(input), ...outputArguments(channels)];
  const samples = (signal?: AbortSignal): AsyncIterable<Float32Array> =>
    decode({ program, args, channels, signal });
  return { kind: 'pcm', channels, live, samples };
}

interface Decoding {
  readonly program: string;
  readonly args: readonly string[];
  readonly channels: 1 | 2;
  readonly signal: AbortSignal | undefined;
}

async function* decode({
  program,
  args,
  channels,
  signal,
}: Decoding): AsyncGenerator<Float32Array> {
  if (signal?.aborted) return;
  // A group of its own: Ctrl-C reaches the program that talks, which ends this one.
  const detached = process.platform !== 'win32';
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached,
    windowsHide: true,
  });
  const ended = endOf(child, program);
  const kill = (): void => void child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  try {
    yield* pcmSource(child.stdout, { channels, format: 'f32le' }).samples(signal);
    const failure = await ended;
    if (failure && !signal?.aborted) throw failure;
  } finally {
    signal?.removeEventListener('abort', kill);
    kill();
  }
}

/** Resolves with what went wrong; never rejects. */
function endOf(
  child: ChildProcessByStdio<null, Readable, Readable>,
  program: string,
): Promise<VoiceError | null> {
  let said = '';
  child.stderr.on('data', (data: Buffer) => {
    said = (said + data.toString()).slice(-KEPT_STDERR);
  });
  return new Promise((resolve) => {
    child.once('error', (cause) => {
      resolve(ffmpegError(`"${program}" does not run: ${cause.message}; install it anew`, cause));
    });
    child.once('close', (code, signal) => {
      const lastLine = said.trim().split('\n').at(-1) || `it ended with "${code ?? signal}"`;
      const problem = `ffmpeg cannot read the input: ${lastLine}; see whether it plays elsewhere`;
      resolve(code === 0 ? null : ffmpegError(problem));
    });
  });
}

function inputArguments(input: string | URL): string[] {
  if (typeof input === 'string') return fileArguments(input);
  if (input.protocol === 'file:') return fileArguments(fileURLToPath(input));
  if (input.username !== '' || input.password !== '') {
    throw ffmpegError(
      'the address holds credentials, which lists of processes show; give one without',
    );
  }
  if (input.protocol === 'http:' || input.protocol === 'https:') {
    return ['-protocol_whitelist', WEB_PROTOCOLS, '-i', input.href];
  }
  throw ffmpegError(`"${input.protocol}" is not played; give a file, http: or https:`);
}

/** With its protocol, so that no name of a file is taken for an address or an option. */
function fileArguments(file: string): string[] {
  return ['-protocol_whitelist', FILE_PROTOCOLS, '-i', `file:${file}`];
}

function outputArguments(channels: 1 | 2): string[] {
  const format = ['-f', 'f32le', '-ar', String(SAMPLE_RATE_HZ), '-ac', String(channels)];
  return ['-map', '0:a:0', '-vn', '-sn', '-dn', ...format, 'pipe:1'];
}

function ffmpegError(message: string, cause?: Error): VoiceError {
  return clientError('ERR_AUDIO_FFMPEG', message, cause ? { cause } : {});
}
