import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@sidetone/testkit';

interface Question {
  readonly id: number;
  readonly name: string;
  readonly params: unknown;
}

type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: string };

/** What a child program can be asked; the answer comes back as plain data. */
export type Calls = Readonly<Record<string, (params: never) => unknown>>;

/** A program that runs answers sooner. */
const ANSWER_MS = 200;

/** In the child: answers what the test asks, until the test goes away. */
export function answerCalls(calls: Calls): void {
  process.on('message', (question: Question) => {
    void (async () => {
      const { id, name, params } = question;
      try {
        const call = calls[name] as ((params: unknown) => unknown) | undefined;
        if (!call) throw new Error(`this program has no call "${name}"`);
        const result: unknown = (await call(params)) ?? null;
        process.send?.({ id, result } satisfies Answer);
      } catch (error) {
        const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
        process.send?.({ id, failure } satisfies Answer);
      }
    })();
  });
  process.on('disconnect', () => process.exit(0));
}

/** In the test: a program in a process of its own. */
export class ChildProgram<C extends Calls> {
  readonly #child: ChildProcess;
  readonly #answers = new Map<number, (answer: Answer) => void>();
  #lastId = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (answer: Answer) => {
      this.#answers.get(answer.id)?.(answer);
      this.#answers.delete(answer.id);
    });
    child.on('exit', (code, signal) => {
      for (const [id, settle] of this.#answers) {
        settle({ id, failure: `the program ended with ${code ?? signal}` });
      }
      this.#answers.clear();
    });
  }

  /** `file` is relative to this folder. */
  static start<C extends Calls>(file: string, settings: unknown = {}): ChildProgram<C> {
    const program = fileURLToPath(new URL(file, import.meta.url));
    const child = fork(program, [JSON.stringify(settings)], {
      execArgv: ['--conditions=@sidetone/source', '--import', 'tsx'],
    });
    return new ChildProgram<C>(child);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Rejects with what the call threw over there. */
  async call<N extends keyof C & string>(
    name: N,
    ...params: Parameters<C[N]>
  ): Promise<Awaited<ReturnType<C[N]>>> {
    return (await this.#ask(name, params[0])) as Awaited<ReturnType<C[N]>>;
  }

  async stop(): Promise<void> {
    if (!this.running) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }

  /** Stops it where it stands, until `resume`: its sockets stay open and the kernel goes on for it. */
  async freeze(): Promise<void> {
    this.#child.kill('SIGSTOP');
    // The signal may take a moment; that questions stay without an answer says that it has struck.
    await waitFor(async () => !(await this.#answersWithin(ANSWER_MS)), {
      describe: () => `process ${this.pid} goes on`,
    });
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  /** Ends it without a word, as a crash does; resolves with the signal that ended it. */
  async kill(): Promise<NodeJS.Signals | null> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    const [, signal] = (await exited) as [number | null, NodeJS.Signals | null];
    return signal;
  }

  async #ask(name: string, params?: unknown): Promise<unknown> {
    const id = (this.#lastId += 1);
    const answer = new Promise<Answer>((resolve) => this.#answers.set(id, resolve));
    if (!this.running) throw new Error('the program has ended');
    this.#child.send({ id, name, params: params ?? null } satisfies Question);
    const settled = await answer;
    if ('failure' in settled) throw new Error(`${name}: ${settled.failure}`);
    return settled.result;
  }

  #answersWithin(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ms);
      const answered = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      // A program knows no such call, and says so if it runs.
      this.#ask('are you there?').then(answered, answered);
    });
  }
}

/** In the child: what the test gave along. */
export function programSettings<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T;
}
