import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { WebSocketServer, type WebSocket } from 'ws';
import { waitFor } from '@sidetone/testkit';
import { passthroughCodec } from '../support/passthrough-codec.js';
import { createClient, guest } from '../../src/index.node.js';
import { openWsControlSocket } from '../../src/node/ws-control-socket.js';
import type { ControlSocket } from '../../src/control/control-socket.js';

interface Connection {
  readonly server: WebSocketServer;
  readonly far: WebSocket;
  /** Of the far side, below its WebSocket. */
  readonly wire: Socket;
  readonly socket: ControlSocket;
  readonly told: string[];
}

const servers: WebSocketServer[] = [];

async function listen(): Promise<{ server: WebSocketServer; url: string }> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, path: '/voice' });
  servers.push(server);
  await once(server, 'listening');
  return { server, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/voice` };
}

async function connected(): Promise<Connection> {
  const { server, url } = await listen();
  const told: string[] = [];
  const accepted = once(server, 'connection') as Promise<[WebSocket, IncomingMessage]>;
  const socket = openWsControlSocket(url, 'sidetone.v1', {
    opened: () => void told.push('opened'),
    text: (message) => void told.push(`text ${message}`),
    binary: (bytes) => void told.push(`binary ${bytes.constructor.name} ${[...bytes].join()}`),
    alive: () => void told.push('alive'),
    closed: ({ code, reason }) => void told.push(`closed ${code} ${reason}`),
  });
  const [far, { socket: wire }] = await accepted;
  await waitFor(() => told.includes('opened'));
  return { server, far, wire, socket, told };
}

describe('The control socket of Node', () => {
  afterEach(() => {
    for (const server of servers.splice(0)) {
      for (const client of server.clients) client.terminate();
      server.close();
    }
  });

  it('asks for the subprotocol and for no compression, and knows where the server is', async () => {
    const { far, socket } = await connected();
    expect(socket.remoteAddress()).to.equal('127.0.0.1');
    expect(far.protocol).to.equal('sidetone.v1');
    expect(far.extensions).to.equal('');
  });

  it('carries text and bytes both ways and shows pings as signs of life', async () => {
    const { far, socket, told } = await connected();
    const received: string[] = [];
    far.on(
      'message',
      (data, isBinary) =>
        void received.push(isBinary ? [...(data as Buffer)].join() : (data as Buffer).toString()),
    );
    socket.sendText('grüß');
    socket.sendBinary(Uint8Array.of(8, 1, 2));
    await waitFor(() => received.length === 2);
    expect(received).to.deep.equal(['grüß', '8,1,2']);
    far.send('hello');
    far.send(Uint8Array.of(8, 3));
    far.ping();
    await waitFor(() => told.includes('binary Uint8Array 8,3'));
    const content = told.filter((line) => line !== 'alive');
    expect(content).to.deep.equal(['opened', 'text hello', 'binary Uint8Array 8,3']);
    await setImmediate();
    told.length = 0;
    far.ping();
    await waitFor(() => told.length > 0);
    expect(told).to.deep.equal(['alive']);
  });

  it('shows each piece of a message as a sign of life, long before it is whole', async () => {
    const { wire, told } = await connected();
    // A text frame of 16 KiB, not masked (RFC 6455 5.2).
    wire.write(Uint8Array.of(0x81, 126, 0x40, 0x00));
    await waitFor(() => told.length === 2);
    wire.write('a'.repeat(0x2000));
    await waitFor(() => told.length >= 3);
    expect(new Set(told.slice(1))).to.deep.equal(new Set(['alive']));
    wire.write('a'.repeat(0x2000));
    const text = await waitFor(() => told.find((line) => line.startsWith('text ')));
    expect(text).to.have.length('text '.length + 0x4000);
  });

  it('tells the end once, with its code and reason, and is harmless after it', async () => {
    const { far, socket, told } = await connected();
    far.close(4008, 'SHUTTING_DOWN');
    await waitFor(() => told.some((line) => line.startsWith('closed')));
    socket.sendText('late');
    socket.close(4004, 'SESSION_CLOSED');
    socket.terminate();
    const content = told.filter((line) => line !== 'alive');
    expect(content.slice(1)).to.deep.equal(['closed 4008 SHUTTING_DOWN']);
  });

  it('lets connect() reject with an address that people can check when nobody is there', async () => {
    const { server, url } = await listen();
    server.close();
    await once(server, 'close');
    const client = createClient({ url, codec: passthroughCodec(), authentication: guest('Ann') });
    const error = await client.connect().catch((cause: unknown) => cause);
    expect(error).to.have.property('code', 'ERR_CLIENT_CONNECT');
    expect(error).to.have.property('message').that.includes(url).and.includes('ECONNREFUSED');
  });

  it('lets connect() reject when the other side is no Sidetone server', async () => {
    const { server, url } = await listen();
    server.on('connection', (far) =>
      far.send('{"jsonrpc":"2.0","method":"hello","params":{"protocol":"other"}}'),
    );
    const client = createClient({ url, codec: passthroughCodec(), authentication: guest('Ann') });
    const error = await client.connect().catch((cause: unknown) => cause);
    expect(error).to.have.property('code', 'ERR_CLIENT_PROTOCOL');
  });
});
