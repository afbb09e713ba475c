import { createNodeCipher, type FrameCipher } from '@sidetone/protocol';
import { createFakeClock, type FakeClock } from '@sidetone/testkit';
import { Client } from '../../src/client/client.js';
import { resolveClientOptions, type ClientOptions } from '../../src/client/client-options.js';
import { guest } from '../../src/control/authentication.js';
import type { FakePeer } from './fake-peer.js';
import type { FakeServer } from './fake-server.js';
import { passthroughCodec } from './passthrough-codec.js';

export interface ConnectOptions extends Partial<ClientOptions> {
  readonly cipher?: () => FrameCipher;
}

/** A client of the fake server, not connected yet. */
export function clientOf(server: FakeServer, name: string, options: ConnectOptions = {}): Client {
  const { cipher = createNodeCipher, ...rest } = options;
  const resolved = resolveClientOptions({
    url: 'ws://fake.test',
    codec: passthroughCodec(),
    authentication: guest(name),
    clock: createFakeClock(),
    ...rest,
  });
  return new Client(server.platform(cipher), resolved);
}

export async function connectedClient(
  server: FakeServer,
  name: string,
  options: ConnectOptions = {},
): Promise<{ readonly client: Client; readonly peer: FakePeer }> {
  const client = clientOf(server, name, options);
  await client.connect();
  const peer = server.peers.at(-1);
  if (!peer) throw new Error('the server has seen no connection');
  return { client, peer };
}

export { createFakeClock, type FakeClock };
