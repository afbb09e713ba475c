import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { printable } from './talk-failure.js';

/** A program of the system that captures or plays sound, and how to call it. */
export interface SoundProgram {
  readonly command: string;
  readonly args: readonly string[];
}

/** The first of the programs that is installed; `null` when none is. */
export function findInstalled(
  programs: readonly SoundProgram[],
  searchPath: string | undefined,
): SoundProgram | null {
  const folders = (searchPath ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return programs.find(({ command }) => folders.some((f) => isExecutable(f, command))) ?? null;
}

function isExecutable(folder: string, command: string): boolean {
  const names = process.platform === 'win32' ? [`${command}.exe`] : [command];
  return names.some((name) => {
    try {
      accessSync(path.join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const KEPT_STDERR = 2_000;

/** A sound program that runs, and what it said when it ended. */
export class RunningSoundProgram {
  readonly child: ChildProcess;
  /** Why it ended, in one line; never rejects. */
  readonly ended: Promise<string>;
  #said = '';

  /** @param direction of the sound: what the program captures, or what it plays */
  constructor({ command, args }: SoundProgram, direction: 'captures' | 'plays') {
    const output = direction === 'captures' ? 'pipe' : 'ignore';
    const input = direction === 'plays' ? 'pipe' : 'ignore';
    // A group of its own: Ctrl-C reaches this program first, which then ends that one.
    this.child = spawn(command, [...args], { stdio: [input, output, 'pipe'], detached: true });
    this.child.stderr?.on('data', (data: Buffer) => {
      this.#said = (this.#said + data.toString()).slice(-KEPT_STDERR);
    });
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error) => resolve(`${command} does not run: ${error.message}`));
      this.child.once('close', (code, signal) => {
        // Sound libraries tell their life before the sentence that counts.
        const lastLine = this.#said.trim().split('\n').at(-1);
        resolve(`${command}: ${printable(lastLine || `it ended with ${code ?? signal}`)}`);
      });
    });
  }

  stop(): void {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGTERM');
  }
}
