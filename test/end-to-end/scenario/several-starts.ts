import { createStorage } from '../../support/sql-backend.js';
import { ChildProgram } from '../support/child-program.js';
import type { KeptOrganization } from '../support/administration-calls.js';
import { wallTime } from '../support/hearing.js';
import { PlainLine } from '../support/plain-line.js';
import type { ServerCalls } from '../support/server-program.js';

export interface SeveralStarts {
  /** When each began and when it listened, in wall time. */
  readonly starts: readonly { readonly from: number; readonly to: number }[];
  /** What each answered to who signed in. */
  readonly organizations: readonly unknown[];
  /** What each has kept, and what was kept of each migration. */
  readonly kept: readonly KeptOrganization[];
  readonly migrations: readonly string[];
}

/** Several servers start at one moment on a PostgreSQL without a table. */
export async function severalStarts(count: number): Promise<SeveralStarts> {
  const storage = await createStorage('postgres');
  const servers = Array.from({ length: count }, () =>
    ChildProgram.start<ServerCalls>('./server-program.ts', {
      database: storage.location,
      keepLog: true,
    }),
  );
  try {
    // Their modules are loaded when they answer anything.
    await Promise.all(servers.map((server) => server.call('uncaught')));
    const started = await Promise.all(
      servers.map(async (server) => {
        const from = wallTime();
        const url = await server.call('start');
        return { from, to: wallTime(), url };
      }),
    );
    const { database, close } = await storage.open();
    const migrations = await database.inOrganization(null, (trx) =>
      trx('sidetone_migration').orderBy('name').pluck<string[]>('name'),
    );
    await close();
    return {
      starts: started.map(({ from, to }) => ({ from, to })),
      organizations: await Promise.all(started.map(({ url }) => organizationAt(url))),
      kept: await Promise.all(servers.map((server) => server.call('kept', {}))),
      migrations,
    };
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await storage.dispose();
  }
}

async function organizationAt(url: string): Promise<unknown> {
  const line = await PlainLine.open(url);
  const { result, error } = await line.signIn({ method: 'guest', credentials: { name: 'Guest' } });
  line.cut();
  if (error) throw error;
  return result.organization;
}
