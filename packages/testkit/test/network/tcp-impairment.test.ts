import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { expect } from 'chai';
import type { StreamImpairment } from '../../src/network/stream-impairment.js';
import { createTcpImpairment } from '../../src/network/tcp-impairment.js';
import { waitFor } from '../../src/wait/wait-for.js';

interface End {
  readonly socket: Socket;
  received: string;
  ended: boolean;
  closed: boolean;
  error: string | undefined;
}

function watch(socket: Socket): End {
  const end: End = { socket, received: '', ended: false, closed: false, error: undefined };
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => (end.received += text));
  socket.on('end', () => (end.ended = true));
  socket.on('close', () => (end.closed = true));
  socket.on('error', (error: NodeJS.ErrnoException) => (end.error = error.code));
  return end;
}

describe('TCP impairment', () => {
  const closers: (() => Promise<unknown> | void)[] = [];

  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function setUp(uplink: StreamImpairment = {}, downlink: StreamImpairment = {}) {
    const accepted: End[] = [];
    const listener: Server = createServer((socket) => accepted.push(watch(socket)));
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    closers.push(() => void listener.close());
    const { port } = listener.address() as AddressInfo;
    const network = await createTcpImpairment({ target: { port }, seed: 3, uplink, downlink });
    closers.push(() => network.close());
    const open = (): End => {
      const client = watch(connect(network.port, network.host));
      closers.push(() => void client.socket.destroy());
      return client;
    };
    const pair = async () => {
      const before = accepted.length;
      const client = open();
      const server = await waitFor(() => accepted[before]);
      closers.push(() => void server.socket.destroy());
      return { client, server };
    };
    return { network, open, pair, accepted };
  }

  it('listens where it is told to', async () => {
    const { network: behind } = await setUp();
    const target = { port: behind.port };
    const network = await createTcpImpairment({ target, seed: 3, host: '127.0.0.11' });
    closers.push(() => network.close());
    expect(network.host).to.equal('127.0.0.11');
    const client = watch(connect(network.port, network.host));
    closers.push(() => void client.socket.destroy());
    await waitFor(() => network.open === 1);
  });

  it('carries bytes both ways', async () => {
    const { pair, network } = await setUp();
    const { client, server } = await pair();
    client.socket.write('hello');
    await waitFor(() => server.received === 'hello');
    server.socket.write('welcome');
    await waitFor(() => client.received === 'welcome');
    expect(network.statistics('uplink')).to.include({ bytesReceived: 5, bytesForwarded: 5 });
    expect(network.statistics('downlink')).to.include({ bytesReceived: 7, bytesForwarded: 7 });
  });

  it('keeps content and order under delay, jitter and throttle', async () => {
    const { pair, network } = await setUp({ delayMs: 3, jitterMs: 10, bytesPerSecond: 200_000 });
    const { client, server } = await pair();
    const text = Array.from({ length: 4000 }, (_, index) => `${index},`).join('');
    for (let at = 0; at < text.length; at += 1000) client.socket.write(text.slice(at, at + 1000));
    await waitFor(() => server.received.length === text.length);
    expect(server.received).to.equal(text);
    network.requireStruck('uplink', 'delayed');
    network.requireStruck('uplink', 'throttled');
    expect(() => network.requireStruck('downlink', 'delayed')).to.throw('struck 0 times');
  });

  it('carries no more than the rate', async () => {
    const { pair } = await setUp({ bytesPerSecond: 20_000 });
    const { client, server } = await pair();
    const startMs = performance.now();
    client.socket.write('x'.repeat(4000));
    await waitFor(() => server.received.length === 4000);
    expect(performance.now() - startMs).to.be.at.least(190);
  });

  it('reads no more than it can pass on, so that the sender feels the slow path', async () => {
    const { pair, network } = await setUp({ bytesPerSecond: 1000 });
    const { client } = await pair();
    const megabyte = 'x'.repeat(1 << 20);
    for (let i = 0; i < 4; i++) client.socket.write(megabyte);
    await waitFor(() => network.statistics('uplink').bytesReceived > 200_000);
    // As much again over a good path: by then the slow one would have swallowed it all.
    const witness = await (await setUp()).pair();
    for (let i = 0; i < 4; i++) witness.client.socket.write(megabyte);
    await waitFor(() => witness.server.received.length === 4 << 20);
    expect(network.statistics('uplink').bytesReceived).to.be.lessThan(1 << 20);
  });

  it('hands on an orderly end behind the last byte', async () => {
    const { pair, network } = await setUp({ delayMs: 20 });
    const { client, server } = await pair();
    client.socket.end('goodbye');
    await waitFor(() => server.closed && client.closed);
    expect(server).to.include({ received: 'goodbye', ended: true, error: undefined });
    await waitFor(() => network.open === 0);
  });

  it('lets the server finish its half after the client has ended its own', async () => {
    const { pair } = await setUp();
    const { client, server } = await pair();
    server.socket.allowHalfOpen = true;
    client.socket.end('question');
    await waitFor(() => server.ended);
    server.socket.end('answer');
    await waitFor(() => client.closed);
    expect(client.received).to.equal('answer');
  });

  it('hands on a reset', async () => {
    const { pair } = await setUp();
    const { client, server } = await pair();
    server.socket.resetAndDestroy();
    await waitFor(() => client.closed);
    expect(client.error).to.equal('ECONNRESET');
  });

  it('resets the client whose server refuses', async () => {
    const dead = createServer();
    dead.listen(0, '127.0.0.1');
    await once(dead, 'listening');
    const { port } = dead.address() as AddressInfo;
    dead.close();
    await once(dead, 'close');
    const network = await createTcpImpairment({ target: { port }, seed: 1 });
    closers.push(() => network.close());
    const client = watch(connect(network.port, network.host));
    await waitFor(() => client.closed);
    await waitFor(() => network.open === 0);
  });

  it('cuts present connections with a reset and accepts new ones', async () => {
    const { pair, network } = await setUp();
    const { client, server } = await pair();
    network.cut();
    await waitFor(() => client.closed && server.closed);
    expect(client.error).to.equal('ECONNRESET');
    expect(server.error).to.equal('ECONNRESET');
    expect(network.connectionStatistics()).to.include({ accepted: 1, cut: 1 });
    const again = await pair();
    again.client.socket.write('back');
    await waitFor(() => again.server.received === 'back');
  });

  it('cuts without a reset where that is asked', async () => {
    const { pair, network } = await setUp();
    const { client, server } = await pair();
    network.cut({ reset: false });
    await waitFor(() => client.closed && server.closed);
    expect(client).to.include({ ended: true, error: undefined });
  });

  it('blocks new connections until it is healed', async () => {
    const { pair, open, network, accepted } = await setUp();
    network.block();
    const refused = open();
    await waitFor(() => refused.closed);
    expect(accepted).to.have.lengthOf(0);
    expect(network.connectionStatistics()).to.include({ blocked: 1, accepted: 0 });
    network.heal();
    const { client, server } = await pair();
    client.socket.write('through');
    await waitFor(() => server.received === 'through');
  });

  it('goes half-open: nothing passes, nobody is told, and all arrives after the healing', async () => {
    const { pair, network } = await setUp();
    const { client, server } = await pair();
    client.socket.write('before ');
    await waitFor(() => server.received === 'before ');
    network.halfOpen();
    client.socket.write('during');
    server.socket.write('reply');
    // The witness is another impairment of the same loopback, a turn of real I/O later.
    const witness = await setUp();
    const other = await witness.pair();
    other.client.socket.write('witness');
    await waitFor(() => other.server.received === 'witness');
    expect(server.received).to.equal('before ');
    expect(client.received).to.equal('');
    expect(client.closed || server.closed).to.equal(false);
    network.heal();
    await waitFor(() => server.received === 'before during' && client.received === 'reply');
  });

  it('hides the end of one side while half-open', async () => {
    const { pair, network } = await setUp();
    const { client, server } = await pair();
    network.halfOpen();
    client.socket.destroy();
    await waitFor(() => client.closed);
    const witness = await setUp();
    await witness.pair();
    expect(server).to.include({ ended: false, closed: false });
    network.heal();
    await waitFor(() => server.closed);
  });

  it('hides a failure on the half-open way and hands it on over the other', async () => {
    const { pair, network } = await setUp();
    const one = await pair();
    const two = await pair();
    network.halfOpen('uplink');
    one.client.socket.resetAndDestroy();
    two.server.socket.resetAndDestroy();
    await waitFor(() => two.client.error === 'ECONNRESET');
    const { bytesForwarded } = network.statistics('downlink');
    await waitFor(() => {
      one.server.socket.write('anybody there?');
      return network.statistics('downlink').bytesForwarded > bytesForwarded + 200;
    });
    await (await setUp()).pair();
    expect(one.server.closed).to.equal(false);
    network.heal();
    await waitFor(() => one.server.error === 'ECONNRESET');
  });

  it('accepts but does not serve a connection that comes while half-open', async () => {
    const { open, network, accepted } = await setUp();
    network.halfOpen();
    const client = open();
    client.socket.write('anybody there?');
    const server = await waitFor(() => accepted[0]);
    expect(server.received).to.equal('');
    network.heal();
    await waitFor(() => server.received === 'anybody there?');
  });

  it('closes twice, with connections open and bytes on their way', async () => {
    const { pair, network } = await setUp({ delayMs: 60_000 });
    const { client } = await pair();
    client.socket.write('never');
    await waitFor(() => network.statistics('uplink').bytesReceived === 5);
    await Promise.all([network.close(), network.close()]);
    await waitFor(() => client.closed);
    expect(network.open).to.equal(0);
  });
});
