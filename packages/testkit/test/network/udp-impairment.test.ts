import type { Socket } from 'node:dgram';
import { expect } from 'chai';
import {
  createUdpImpairment,
  type CapturedDatagram,
  type PassedDatagram,
} from '../../src/network/udp-impairment.js';
import type { Impairment } from '../../src/network/impairment.js';
import { closeUdpSocket, openUdpSocket } from '../../src/network/udp-socket.js';
import { waitFor } from '../../src/wait/wait-for.js';

interface Received {
  readonly text: string;
  readonly port: number;
  readonly address: string;
}

describe('UDP impairment', () => {
  const closers: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function openEnd() {
    const socket: Socket = await openUdpSocket('127.0.0.1', 4);
    closers.push(() => closeUdpSocket(socket));
    const received: Received[] = [];
    socket.on('message', (bytes, from) =>
      received.push({ text: bytes.toString(), port: from.port, address: from.address }),
    );
    const texts = () => received.map(({ text }) => text);
    const send = (text: string, port: number, host = '127.0.0.1') => socket.send(text, port, host);
    const came = (count: number) =>
      waitFor(() => received.length >= count, { describe: () => texts().join(' ') });
    return { port: socket.address().port, received, texts, send, came };
  }

  async function setUp(uplink: Impairment = {}, downlink: Impairment = {}, seed = 1) {
    const server = await openEnd();
    const client = await openEnd();
    const captured: CapturedDatagram[] = [];
    const network = await createUdpImpairment({
      target: { port: server.port },
      seed,
      uplink,
      downlink,
      capture: (datagram) => captured.push(datagram),
    });
    closers.push(() => network.close());
    const up = (text: string) => client.send(text, network.port);
    const down = (text: string) => server.send(text, server.received.at(-1)?.port ?? 0);
    return { server, client, network, captured, up, down };
  }

  it('carries datagrams both ways, the server sees an address of the impairment', async () => {
    const { server, client, network, up, down } = await setUp();
    up('hello');
    await server.came(1);
    expect(server.received[0]?.port).to.equal(network.sourcePorts().get(client.port));
    expect(server.received[0]?.port).to.not.equal(client.port);
    down('welcome');
    await client.came(1);
    expect(client.received).to.deep.equal([
      { text: 'welcome', port: network.port, address: '127.0.0.1' },
    ]);
  });

  it('gives each client an address of its own', async () => {
    const { server, client, network, up } = await setUp();
    const other = await openEnd();
    up('one');
    await server.came(1);
    other.send('two', network.port);
    await server.came(2);
    expect(server.received[0]?.port).to.not.equal(server.received[1]?.port);
    server.send('for two', server.received[1]?.port ?? 0);
    await other.came(1);
    expect(client.texts()).to.deep.equal([]);
    expect(() => network.inject('downlink', Buffer.from('x'))).to.throw('name one');
  });

  it('keeps the order without jitter', async () => {
    const { server, up } = await setUp({ delayMs: 5 });
    const sent = Array.from({ length: 50 }, (_, index) => `frame ${index}`);
    sent.forEach(up);
    await server.came(50);
    expect(server.texts()).to.deep.equal(sent);
  });

  it('strikes the same datagrams with the same seed', async () => {
    const survivors = async () => {
      const { server, network, up } = await setUp({ lossRate: 0.3, duplicateRate: 0.2 }, {}, 77);
      for (let index = 0; index < 100; index++) up(`${index}`);
      await waitFor(() => network.statistics('uplink').received === 100);
      const { forwarded, lost, duplicated } = network.statistics('uplink');
      await server.came(forwarded);
      network.requireStruck('uplink', 'lost', 10);
      network.requireStruck('uplink', 'duplicated', 5);
      expect(forwarded).to.equal(100 - lost + duplicated);
      return server.texts();
    };
    const first = await survivors();
    expect(await survivors()).to.deep.equal(first);
  });

  it('says which fault did not strike often enough', async () => {
    const { server, network, up } = await setUp();
    up('safe');
    await server.came(1);
    expect(() => network.requireStruck('uplink', 'lost'))
      .to.throw('"lost" struck 0 times on the uplink, the test needs 1')
      .with.property('code', 'ERR_TESTKIT_NOT_STRUCK');
  });

  it('cuts one direction and leaves the other', async () => {
    const { server, client, network, captured, up, down } = await setUp();
    up('before');
    await server.came(1);
    network.cut('uplink');
    up('lost');
    await waitFor(() => network.statistics('uplink').cut === 1);
    down('still here');
    await client.came(1);
    network.heal();
    up('after');
    await server.came(2);
    expect(server.texts()).to.deep.equal(['before', 'after']);
    expect(captured.map(({ verdict }) => verdict)).to.deep.equal([
      'passed',
      'cut',
      'passed',
      'passed',
    ]);
  });

  it('changes impairments at run time', async () => {
    const { server, network, up } = await setUp({ lossRate: 1 });
    up('lost');
    await waitFor(() => network.statistics('uplink').lost === 1);
    network.set('both', {});
    up('passed');
    await server.came(1);
    expect(server.texts()).to.deep.equal(['passed']);
  });

  it('gives clients a new address, and the old one goes deaf', async () => {
    const { server, client, network, up, down } = await setUp();
    up('one');
    await server.came(1);
    const oldPort = server.received[0]?.port ?? 0;
    await network.rebind();
    server.send('to the old address', oldPort);
    up('two');
    await server.came(2);
    expect(server.received[1]?.port).to.not.equal(oldPort);
    down('to the new address');
    await client.came(1);
    expect(client.texts()).to.deep.equal(['to the new address']);
  });

  it('keeps the old address listening where that is asked, and can change the host', async () => {
    const { server, client, network, up } = await setUp();
    up('one');
    await server.came(1);
    await network.rebind({ host: '127.0.0.2', keepOld: true, clientPort: client.port });
    up('two');
    await server.came(2);
    expect(server.received[1]?.address).to.equal('127.0.0.2');
    server.send('to the old address', server.received[0]?.port ?? 0);
    await client.came(1);
  });

  it('shows every datagram, so that it can be replayed past all faults', async () => {
    const { server, client, network, captured, up } = await setUp();
    up('secret frame');
    await server.came(1);
    network.set('both', { lossRate: 1 });
    const [frame] = captured;
    network.inject('uplink', frame?.bytes ?? new Uint8Array());
    await server.came(2);
    network.inject('downlink', Buffer.from('forged'), client.port);
    await client.came(1);
    expect(server.texts()).to.deep.equal(['secret frame', 'secret frame']);
    expect(server.received[1]?.port).to.equal(server.received[0]?.port);
    expect(network.statistics('uplink')).to.include({ received: 1, injected: 1 });
    expect(frame).to.include({ direction: 'uplink', clientPort: client.port });
  });

  it('tells how long each datagram was made to wait, so that a recording needs no clock', async () => {
    const server = await openEnd();
    const client = await openEnd();
    const passed: PassedDatagram[] = [];
    const captured: CapturedDatagram[] = [];
    const network = await createUdpImpairment({
      target: { port: server.port },
      seed: 3,
      uplink: { delayMs: 5, jitterMs: 5, lossRate: 0.5, duplicateRate: 0.2 },
      capture: (datagram) => captured.push(datagram),
      passed: (datagram) => passed.push(datagram),
    });
    closers.push(() => network.close());
    for (let number = 0; number < 40; number += 1) client.send(`${number}`, network.port);
    await waitFor(() => captured.length === 40 && network.waiting === 0);
    expect(captured.map(({ number }) => number)).to.deep.equal([...captured.keys()]);
    await server.came(network.statistics('uplink').forwarded);
    expect(passed.map(({ number }) => `${number}`)).to.deep.equal(server.texts());
    const through = captured.filter(({ verdict }) => verdict === 'passed');
    expect([...new Set(passed.map(({ number }) => number))].sort((a, b) => a - b)).to.deep.equal(
      through.map(({ number }) => number),
    );
    for (const { delayMs, direction, clientPort } of passed) {
      expect(delayMs).to.be.within(5, 10);
      expect({ direction, clientPort }).to.deep.equal({
        direction: 'uplink',
        clientPort: client.port,
      });
    }
  });

  it('cannot inject before a client is known', async () => {
    const { network } = await setUp();
    expect(() => network.inject('uplink', Uint8Array.of(1)))
      .to.throw('let it send a datagram first')
      .with.property('code', 'ERR_TESTKIT_NO_FLOW');
  });

  it('passes on nothing that does not come from the server', async () => {
    const { server, client, up, down } = await setUp();
    const stranger = await openEnd();
    up('hello');
    await server.came(1);
    stranger.send('forged', server.received[0]?.port ?? 0);
    down('honest');
    await client.came(1);
    expect(client.texts()).to.deep.equal(['honest']);
  });

  it('takes the place of one that was closed', async () => {
    const { server, client, network } = await setUp();
    await network.close();
    const second = await createUdpImpairment({
      target: { port: server.port },
      seed: 1,
      port: network.port,
    });
    closers.push(() => second.close());
    expect(second.port).to.equal(network.port);
    client.send('again', network.port);
    await server.came(1);
    expect(server.texts()).to.deep.equal(['again']);
  });

  it('stays on this machine', async () => {
    const attempt = createUdpImpairment({ target: { host: '192.0.2.1', port: 9 }, seed: 1 });
    const error: unknown = await attempt.then(
      () => null,
      (failure: unknown) => failure,
    );
    expect(error).to.include({ code: 'ERR_TESTKIT_OPTION' });
  });

  it('closes twice, and with datagrams on their way', async () => {
    const { network, up } = await setUp({ delayMs: 60_000 });
    up('never');
    await waitFor(() => network.waiting === 1);
    await Promise.all([network.close(), network.close()]);
    expect(network.waiting).to.equal(0);
  });

  it('counts the new addresses that clients have got', async () => {
    const { server, network, up } = await setUp();
    up('one');
    await server.came(1);
    expect(network.rebinds).to.equal(0);
    for (const host of ['127.0.0.1', '127.0.0.2', '127.0.0.3']) {
      await network.rebind({ host });
      up(host);
      await server.came(server.received.length + 1);
      expect(server.received.at(-1)?.address).to.equal(host);
    }
    expect(network.rebinds).to.equal(3);
    expect(new Set(server.received.map(({ port, address }) => `${address}:${port}`)).size).to.equal(
      4,
    );
  });

  it('sends what was captured from an address of somebody else, past all faults', async () => {
    const { server, client, network, captured, up } = await setUp();
    up('secret');
    await server.came(1);
    network.cut();
    const attacker = await network.outsider();
    for (const { bytes } of captured) await attacker.send(bytes);
    await server.came(2);
    const last = server.received.at(-1);
    expect(last).to.deep.equal({ text: 'secret', port: attacker.port, address: '127.0.0.2' });
    expect(attacker.sent).to.equal(1);
    server.send('caught', attacker.port, attacker.host);
    await waitFor(() => attacker.received.length === 1);
    client.send('not from the server', attacker.port, attacker.host);
    server.send('again', attacker.port, attacker.host);
    await waitFor(() => attacker.received.length === 2);
    expect(client.texts()).to.deep.equal([]);
    expect(network.statistics('uplink').received).to.equal(1);
  });

  it('listens at a loopback address of its own where it is told one, so that networks share a port', async () => {
    const server = await openEnd();
    const client = await openEnd();
    const hosts = ['127.0.0.11', '127.0.0.12'];
    for (const host of hosts) {
      const target = { port: server.port, host: '127.0.0.1' };
      const network = await createUdpImpairment({ target, seed: 1, host, port: server.port });
      closers.push(() => network.close());
      expect(network).to.include({ host, port: server.port });
      client.send(host, network.port, network.host);
    }
    await server.came(2);
    expect(server.texts().sort()).to.deep.equal(hosts);
  });

  it('listens at no address from outside of this machine, nor of another family', async () => {
    for (const host of ['192.0.2.1', '::1']) {
      const opened = createUdpImpairment({ target: { port: 1 }, seed: 1, host });
      const failure = await opened.catch((error: unknown) => error);
      expect((failure as Error).message).to.include(`"${host}" is no valid host`);
    }
  });

  it('takes no outsider from outside of this machine', async () => {
    const { network } = await setUp();
    const failure = await network.outsider('192.0.2.1').catch((error: unknown) => error);
    expect(failure).to.include({ code: 'ERR_TESTKIT_OPTION' });
  });
});
