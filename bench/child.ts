import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Child {
  readonly pid: number;
  /** The first group of the pattern in the line that said it is ready. */
  readonly ready: string;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 30_000;

/** Starts a Node program and waits for the line that says it is ready. */
export async function startChild(
  args: readonly string[],
  readyLine: RegExp,
  env: Readonly<Record<string, string>> = {},
): Promise<Child> {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
  });
  const ready = await firstMatch(child, readyLine);
  return {
    pid: child.pid ?? 0,
    ready,
    async stop() {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function firstMatch(child: ChildProcess, pattern: RegExp): Promise<string> {
  if (!child.stdout) throw new Error('the child has no standard output');
  const timeout = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MS);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const match = pattern.exec(line);
      if (match) return match[1] ?? '';
    }
  } finally {
    clearTimeout(timeout);
    child.stdout.resume();
  }
  throw new Error(`the program ended before it printed ${String(pattern)}`);
}
