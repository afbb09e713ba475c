import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { waitFor } from '@sidetone/testkit';
import { exampleProgram } from '../../../../scripts/example-program.mjs';

/** Several programs start at once, on machines that have other things to do. */
const START_TIMEOUT_MS = 60_000;

/** One of the examples in a process of its own. */
export class Program {
  readonly child: ChildProcessWithoutNullStreams;
  /** Exit code; `null` when a signal ended it. */
  readonly exited: Promise<number | null>;
  readonly #stdout: Buffer[] = [];
  #stderr = '';

  /** @param file of its sources, below the examples */
  constructor(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [...exampleProgram(file), ...args], {
      env: { ...process.env, NODE_OPTIONS: '', npm_lifecycle_event: '', ...env },
    });
    this.child.stdout.on('data', (data: Buffer) => this.#stdout.push(data));
    this.child.stderr.on('data', (data: Buffer) => (this.#stderr += data.toString()));
    this.exited = once(this.child, 'close').then(([code]) => code as number | null);
  }

  get stdout(): Buffer {
    return Buffer.concat(this.#stdout);
  }

  get stdoutBytes(): number {
    return this.#stdout.reduce((sum, { length }) => sum + length, 0);
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Waits for text; where stdout holds PCM, text comes from stderr. */
  async says(text: RegExp, from: 'stdout' | 'stderr' = 'stdout'): Promise<RegExpExecArray> {
    const said = (): string => (from === 'stdout' ? this.stdout.toString() : this.stderr);
    return waitFor(() => text.exec(said()), {
      timeoutMs: START_TIMEOUT_MS,
      describe: () => `${from} "${said()}", stderr "${this.stderr}"`,
    });
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}
