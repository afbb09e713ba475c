import {
  createServer,
  HttpServer,
  type CreateServerOptions,
  type Plugin,
  type SidetoneServer,
} from '@sidetone/core';
import { isVoiceError } from '@sidetone/protocol';
import { createRecordingLogger, type RecordingLogger } from '../log/recording-logger.js';

export interface StartedServer {
  readonly server: SidetoneServer;
  /** Of the plugin that provides `HttpServer`; `null` without one. */
  readonly url: string | null;
  /** What the server has logged; empty where a logger of one's own was given. */
  readonly log: RecordingLogger;
  /** Stops the server. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Makes a server of these plugins and starts it. It logs into `log` unless told otherwise, and
 * waits for nobody when it stops (`drainTimeoutMs` is 0 by default). Give plugins port 0 and take
 * the address from `url`. Nothing global is registered: stop it when the test is done, or the
 * process will not end.
 */
export async function startServer(
  plugins: readonly Plugin[],
  options: CreateServerOptions = {},
): Promise<StartedServer> {
  const log = createRecordingLogger();
  const server = createServer({ log, drainTimeoutMs: 0, ...options });
  for (const plugin of plugins) server.use(plugin);
  await server.start();
  return { server, url: urlOf(server), log, stop: () => server.stop() };
}

function urlOf(server: SidetoneServer): string | null {
  try {
    return server.get(HttpServer).url;
  } catch (error) {
    if (isVoiceError(error) && error.code === 'ERR_CONTAINER_UNREGISTERED') return null;
    throw error;
  }
}
