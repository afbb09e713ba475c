import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { SystemUser } from './system-user.js';

export interface SupervisedProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly user: SystemUser | null;
  /** What the program says is added to this file. */
  readonly logFile: string;
  /** Deleted when everything ends, unless `stop` is called. */
  readonly folder: string;
}

/**
 * Runs in a process between us and the program, and learns from the end of its stdin that we are
 * gone, however that came about. It ends with the program.
 */
const SUPERVISOR = `
const { spawn } = require('node:child_process');
const { openSync, rmSync } = require('node:fs');
const { command, args, cwd, user, logFile, folder } = JSON.parse(process.argv[1]);
const log = openSync(logFile, 'a');
const child = spawn(command, args, { cwd, ...user, env: process.env, stdio: ['ignore', log, log] });
let keep = false;
const end = () => child.kill('SIGQUIT');
process.stdin.on('data', () => { keep = true; });
process.stdin.on('end', end);
process.on('SIGTERM', end);
const finish = (code) => {
  if (!keep) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(code);
};
child.on('error', (error) => { console.error(error.message); finish(1); });
child.on('exit', (code) => finish(code ?? 0));
`;

/**
 * A program that does not outlive this process, however it ends, and that does not keep it alive
 * either. Ending is abrupt: SIGQUIT.
 */
export class SupervisedProcess {
  readonly #supervisor: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(program: SupervisedProgram) {
    // In a session of its own: Ctrl+C is for us, and what follows is for the supervisor.
    this.#supervisor = spawn(process.execPath, ['-e', SUPERVISOR, JSON.stringify(program)], {
      cwd: program.cwd,
      env: plainEnv(),
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#ended = once(this.#supervisor, 'exit');
    this.#supervisor.unref();
    (this.#supervisor.stdin as Socket).unref();
  }

  get running(): boolean {
    const { exitCode, signalCode } = this.#supervisor;
    return exitCode === null && signalCode === null;
  }

  /** Ends it and keeps its folder. */
  stop(): Promise<void> {
    return this.#end('keep');
  }

  /** Ends it and deletes its folder. */
  remove(): Promise<void> {
    return this.#end('');
  }

  async #end(word: string): Promise<void> {
    if (!this.running) return;
    this.#supervisor.ref();
    this.#supervisor.stdin?.end(word);
    await this.#ended;
  }
}

/** Nothing of ours: options of Node or of PostgreSQL would change what runs. */
function plainEnv(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TEMP } = process.env;
  return {
    LC_ALL: 'C',
    ...(PATH === undefined ? {} : { PATH }),
    ...(SystemRoot === undefined ? {} : { SystemRoot }),
    ...(TEMP === undefined ? {} : { TEMP }),
  };
}
