import {
  createServer,
  HttpServer,
  pinoLogger,
  type Logger,
  type SidetoneServer,
} from '@sidetone/core';
import { acl } from '@sidetone/plugin-acl';
import { http } from '@sidetone/plugin-http';
import { udp } from '@sidetone/plugin-udp';
import { websocket } from '@sidetone/plugin-websocket';
import type { Settings } from '../config/settings.js';
import { accountPlugins } from './accounts.js';
import { groupPlugin } from './groups.js';
import { health, type ServerPhase } from './health.js';
import { page } from './page.js';
import { storagePlugin } from './storage.js';

export interface ReferenceServer {
  readonly server: SidetoneServer;
  readonly log: Logger;
}

/** Storage and accounts, and no door to the network: what the administration program works on. */
export function createCore(settings: Settings): ReferenceServer {
  const { server: own, organization, sessions, limits } = settings;
  const log = pinoLogger({ level: settings.log.level });
  const server = createServer({
    log,
    serverName: own.name,
    drainTimeoutMs: own.drainTimeoutMs,
    organization: organization.name,
    initialChannels: organization.channels,
    resumeTimeoutMs: sessions.resumeTimeoutMs,
    signInRate: { burst: sessions.signInBurst, perSecond: sessions.signInsPerSecond },
    limits,
  });
  server.use(storagePlugin(settings)).use(acl());
  for (const plugin of accountPlugins(settings)) server.use(plugin);
  return { server, log };
}

/** The parts that `npm start` puts together. */
export function createReferenceServer(
  settings: Settings,
  phase: () => ServerPhase,
): ReferenceServer {
  const { host, port, insecure, publicHost, publicPort, origins } = settings.listen;
  const core = createCore(settings);
  core.server
    .use(http({ host, port, insecure }))
    .use(health(phase))
    .use(page())
    .use(websocket({ origins }))
    .use(
      udp({
        host,
        port,
        ...(publicHost === null ? {} : { publicHost }),
        ...(publicPort === null ? {} : { publicPort }),
      }),
    );
  const groups = groupPlugin(settings);
  if (groups !== null) core.server.use(groups);
  return core;
}

/** Where clients reach it. */
export function urlOf(server: SidetoneServer): string {
  const { url } = server.get(HttpServer);
  if (url === null) throw new Error('the HTTP listener is open, but has no address');
  return url;
}
