import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, isIPv6 } from 'node:net';
import { isLoopback } from '@sidetone/core';
import type { Settings } from '../config/settings.js';
import { failed, good, reasonOf, type Check } from './check.js';

/** Where no server of ours has them. */
export async function checkPorts({ listen }: Settings): Promise<readonly Check[]> {
  const { host, port, insecure } = listen;
  const checks = [await tryTcp(host, port), await tryUdp(host, port)];
  if (insecure || isLoopback(host)) return checks;
  const advice =
    'bind 127.0.0.1 behind a TLS proxy, or set SIDETONE_INSECURE=1 on a network you trust';
  return [
    failed('listen.host', `"${host}" can be reached from others, without TLS`, advice),
    ...checks,
  ];
}

async function tryTcp(host: string, port: number): Promise<Check> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return good('tcp port', `${port} on ${host} is free`);
  } catch (error) {
    return refused('tcp port', port, error);
  } finally {
    server.close();
  }
}

async function tryUdp(host: string, port: number): Promise<Check> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  try {
    socket.bind(port, host);
    await once(socket, 'listening');
    return good('udp port', `${port} on ${host} is free`);
  } catch (error) {
    return refused('udp port', port, error);
  } finally {
    socket.close();
  }
}

function refused(name: string, port: number, error: unknown): Check {
  const { code } = error as NodeJS.ErrnoException;
  const taken = code === 'EADDRINUSE';
  const advice = taken
    ? `stop what uses ${port}, or choose another port with SIDETONE_PORT`
    : code === 'EACCES'
      ? 'choose a port above 1023 with SIDETONE_PORT'
      : 'look at listen.host';
  return failed(name, taken ? `${port} is taken` : reasonOf(error), advice);
}
