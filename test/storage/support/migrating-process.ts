import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('migrating-program.ts', import.meta.url));

/** `stay` makes it stay inside its last migration until it is killed. */
export function startMigrating(location: string, last: 'finish' | 'stay'): ChildProcess {
  return fork(program, [location, last], {
    execArgv: ['--conditions=@sidetone/source', '--import=tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** Rejects with how it ended, where it did not say that it has migrated. */
export async function migrated(child: ChildProcess): Promise<void> {
  let said: unknown = null;
  child.on('message', (word) => (said = word));
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (said !== 'migrated')
    throw new Error(`it ended with ${code ?? signal}, and said "${String(said)}"`);
}

/** Resolves when it says that it stays inside its last migration. */
export function isInside(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`it ended with ${code ?? 'a signal'}`)));
  });
}
