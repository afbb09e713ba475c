import { fork, type ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WireError } from '@sidetone/protocol';
import type { Clock } from '@sidetone/core';
import type { HashAnswer, HashJob, HashMessage, HashRunner } from './hash-job.js';

const START_DEADLINE_MS = 8000;
const END_DEADLINE_MS = 2000;
const RETRY_AFTER_MS = 1000;

interface Pending {
  readonly resolve: (answer: HashAnswer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One child process that hashes, and not worker threads, which share libuv's pool with file access
 * and name resolution, and their priority with voice (decision 0018).
 */
export class HashProcess implements HashRunner {
  /** Resolves when the process has ended, with what is known of why. */
  readonly ended: Promise<string>;
  readonly #clock: Clock;
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;

  constructor(clock: Clock, concurrency: number) {
    this.#clock = clock;
    const program = new URL(`./hash-program${extname(import.meta.url)}`, import.meta.url);
    this.#child = fork(fileURLToPath(program), [], {
      env: { ...process.env, UV_THREADPOOL_SIZE: String(concurrency) },
      execArgv: argumentsFor(program),
      // Nothing that is written there reaches a log.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? code}`));
      // Without an `exit` after it, where the process could not be started at all.
      this.#child.on('error', (error) => resolve(error.message));
    });
    void this.ended.then(() => this.#failAll());
    this.#child.on('message', (message) => this.#receive(message as HashMessage));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves when it can hash; rejects with an error that says why it cannot. */
  ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(START_DEADLINE_MS, () =>
        reject(new Error(`it was not ready within ${START_DEADLINE_MS} ms`)),
      );
      const settle = (problem: string | null): void => {
        cancel();
        this.#child.off('message', look);
        if (problem === null) resolve();
        else reject(new Error(problem));
      };
      const look = (message: unknown): void => {
        const said = message as HashMessage;
        if (said.kind === 'ready') settle(null);
        else if (said.kind === 'broken') settle(said.message);
      };
      this.#child.on('message', look);
      void this.ended.then(settle);
    });
  }

  run(job: HashJob): Promise<HashAnswer> {
    if (!this.#child.connected) return Promise.reject(unavailable());
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#pending.set(id, { resolve, reject });
      this.#child.send({ id, job }, (error) => {
        if (error) this.#settle(id)?.reject(unavailable());
      });
    });
  }

  /** Ends the process, and with it what it was at. Idempotent. */
  async close(): Promise<void> {
    const cancel = this.#clock.after(END_DEADLINE_MS, () => this.#child.kill('SIGKILL'));
    if (this.#child.connected) this.#child.disconnect();
    await this.ended;
    cancel();
  }

  #receive(message: HashMessage): void {
    if (message.kind === 'answer') this.#settle(message.id)?.resolve(message.answer);
    else if (message.kind === 'failed') this.#settle(message.id)?.reject(unavailable());
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #failAll(): void {
    for (const id of [...this.#pending.keys()]) this.#settle(id)?.reject(unavailable());
  }
}

/** From sources it needs the loader that this process has; a debugger's port can be had only once. */
function argumentsFor(program: URL): string[] {
  if (!program.pathname.endsWith('.ts')) return [];
  return process.execArgv.filter((argument) => !argument.startsWith('--inspect'));
}

export function unavailable(): WireError {
  return new WireError('UNAVAILABLE', 'passwords cannot be checked at the moment; try again', {
    retryAfterMs: RETRY_AFTER_MS,
  });
}
