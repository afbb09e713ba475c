import { readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import type argon2Exports from 'argon2';
import type { HashAnswer, HashJob, HashMessage, JobMessage } from './hash-job.js';

type Argon2 = typeof argon2Exports;

// Ctrl-C and service managers signal the whole group. Whoever started this process ends it, when
// the last sign-in has been answered.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit(0));

const argon2 = await load();
if (argon2) {
  standBack();
  process.on('message', (message) => void carryOut(argon2, message as JobMessage));
  tell({ kind: 'ready' });
}

async function load(): Promise<Argon2 | null> {
  try {
    const { default: loaded } = await import('argon2');
    // Makes the threads, so that standing back finds them.
    await loaded.hash('', { memoryCost: 8, timeCost: 2, parallelism: 1 });
    return loaded;
  } catch (error) {
    tell({ kind: 'broken', message: error instanceof Error ? error.message : String(error) });
    return null;
  }
}

/** Voice goes first. On Linux each thread has a priority of its own; elsewhere the process has. */
function standBack(): void {
  const tasks = process.platform === 'linux' ? readdirSync('/proc/self/task') : ['0'];
  for (const task of tasks) {
    try {
      setPriority(Number(task), constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {
      // The thread has ended, or the system forbids it: hashing works all the same.
    }
  }
}

async function carryOut(loaded: Argon2, { id, job }: JobMessage): Promise<void> {
  try {
    tell({ kind: 'answer', id, answer: await answerTo(loaded, job) });
  } catch {
    tell({ kind: 'failed', id });
  }
}

function answerTo(loaded: Argon2, job: HashJob): Promise<HashAnswer> {
  if (job.kind === 'verify') return loaded.verify(job.hash, job.password);
  const { memoryKiB: memoryCost, passes: timeCost, lanes: parallelism } = job.parameters;
  const type = loaded.argon2id;
  return loaded.hash(job.password, { type, memoryCost, timeCost, parallelism });
}

function tell(message: HashMessage): void {
  if (process.connected) process.send?.(message);
}
