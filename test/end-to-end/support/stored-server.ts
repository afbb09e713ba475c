import { ChildProgram } from './child-program.js';
import type { ServerCalls, ServerSettings } from './server-program.js';

export interface StoredServer {
  readonly server: ChildProgram<ServerCalls>;
  readonly url: string;
}

/** A server with a database, in a process of its own that prints nothing. */
export async function startServer(
  settings: ServerSettings & { readonly database: string },
): Promise<StoredServer> {
  const server = ChildProgram.start<ServerCalls>('./server-program.ts', {
    limits: { commandBurst: 1000, commandsPerSecond: 1000 },
    drainTimeoutMs: 0,
    keepLog: true,
    ...settings,
  } satisfies ServerSettings);
  try {
    return { server, url: await server.call('start') };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
