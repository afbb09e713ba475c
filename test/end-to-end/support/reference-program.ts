import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@sidetone/testkit';
import { exampleProgram } from '../../../scripts/example-program.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program of the reference server in a process of its own. */
export class ReferenceProgram {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';

  constructor(
    name: 'main' | 'sidetone',
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    input = '',
  ) {
    const program = exampleProgram(`reference-server/src/${name}.ts`);
    const child = spawn(process.execPath, [...program, ...args], {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: '', SIDETONE_PORT: '0', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdout.on('data', (data: Buffer) => (this.#stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (this.#stderr += data.toString()));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    this.ended = once(child, 'close').then(([code]) => ({
      code: code as number | null,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }));
  }

  get said(): string {
    return this.#stdout + this.#stderr;
  }

  /** Of a server: where it listens, once it does. */
  async url(): Promise<string> {
    const match = await waitFor(() => /Sidetone is listening on (\S+)/.exec(this.#stdout), {
      timeoutMs: 60_000,
      describe: () => this.said,
    });
    // All of it is written at once.
    await waitFor(() => this.#stdout.includes('Stop with Ctrl-C.'));
    return match[1] ?? '';
  }

  /** As an operator does; resolves when it has ended. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill(signal);
    return this.ended;
  }
}
