import { createServer, HttpServer, pinoLogger, type SidetoneServer } from '@sidetone/core';
import { http } from '@sidetone/plugin-http';
import { udp } from '@sidetone/plugin-udp';
import { websocket } from '@sidetone/plugin-websocket';
import type { Settings } from './settings.js';

export interface RunningServer {
  readonly server: SidetoneServer;
  readonly url: string;
}

/** The nets that an operation talks on; an organization changes them as it likes. */
const initialChannels = ['Lobby', 'Command', 'Flight', 'Ground', 'Logistics'];

/** Guests, nets in memory, voice over WebSocket and UDP: the parts that `npm start` puts together. */
export async function startReferenceServer(settings: Settings): Promise<RunningServer> {
  const { host, port, insecure, logLevel } = settings;
  const server = createServer({ log: pinoLogger({ level: logLevel }), initialChannels })
    .use(http({ host, port, insecure }))
    .use(websocket())
    .use(udp({ host, port }));
  await server.start();
  const { url } = server.get(HttpServer);
  if (url === null) throw new Error('the HTTP listener is open, but has no address');
  return { server, url };
}
