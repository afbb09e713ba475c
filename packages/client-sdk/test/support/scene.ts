import { createFakeClock, type FakeClock } from '@sidetone/testkit';
import type { VoiceError } from '@sidetone/protocol';
import type { Client } from '../../src/client/client.js';
import { connectedClient, type ConnectOptions } from './connected-client.js';
import type { FakePeer } from './fake-peer.js';
import { FakeServer } from './fake-server.js';

export interface Scene {
  readonly server: FakeServer;
  readonly clock: FakeClock;
  readonly client: Client;
  readonly peer: FakePeer;
}

export async function scene(options: ConnectOptions = {}): Promise<Scene> {
  const server = new FakeServer();
  const clock = createFakeClock();
  return { server, clock, ...(await connectedClient(server, 'Ann', { clock, ...options })) };
}

export const latest = ({ server }: Scene): FakePeer => server.peers.at(-1) as FakePeer;

export const outcome = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'answered',
    (error: VoiceError) => error.code,
  );

export const methodsOf = (peer: FakePeer): string[] => peer.received.map(({ method }) => method);
