import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { buildPing, buildUplinkBody, PacketType } from '@sidetone/protocol';
import { udp } from '@sidetone/plugin-udp';
import { expect } from 'chai';
import { resolveUdpOptions, type UdpOptions } from '../src/options.js';
import { UdpStage } from './double/udp-stage.js';

const packet = (): Uint8Array => new Uint8Array([0x08, ...randomBytes(80)]);
const body = (): Uint8Array => buildUplinkBody(1, randomBytes(8), randomBytes(60));

describe('voice over UDP', () => {
  let stage: UdpStage;

  beforeEach(async () => {
    stage = new UdpStage();
    await stage.start();
  });
  afterEach(async () => {
    await stage.stop();
    expect(stage.clock.pending).to.equal(0);
  });

  it('offers each session a connection id and two keys of its own', async () => {
    const session = stage.session();
    const first = stage.voice.offer(session);
    const second = stage.voice.offer(stage.session());
    if (first?.transport !== 'udp' || second?.transport !== 'udp') throw new Error('no offer');
    expect(first.host).to.equal(null);
    expect(first.port).to.equal(second.port).and.be.greaterThan(0);
    const secrets = [first, second].flatMap((offer) => [offer.uplinkKey, offer.downlinkKey]);
    expect(new Set(secrets).size).to.equal(4);
    expect(first.connectionId).to.not.equal(second.connectionId);
    for (const secret of secrets) expect(secret).to.match(/^[A-Za-z0-9_-]{43}$/);
  });

  it('sends nothing to a session until its address is confirmed', async () => {
    const client = await stage.client();
    const challenge = await client.challenge();
    stage.voice.sendMany(packet(), Uint32Array.of(1), 1);
    expect(stage.ingress.paths).to.deep.equal([]);
    client.send(client.answer(challenge));
    await client.ping();
    expect(stage.ingress.paths).to.deep.equal(['ready session-1']);
    expect(client.received, 'challenge and pong').to.have.length(2);
  });

  it('challenges with as many bytes as it was asked with', async () => {
    const client = await stage.client();
    const ask = client.ask();
    const reply = client.next();
    client.send(ask);
    expect((await reply).length).to.equal(ask.length);
  });

  it('accepts any of several answers, and a repeated one changes nothing', async () => {
    const client = await stage.client();
    const first = await client.challenge();
    const second = await client.challenge();
    expect(second).to.deep.equal(first);
    client.send(client.answer(second));
    client.send(client.answer(first));
    await client.ping();
    expect(stage.ingress.paths).to.deep.equal(['ready session-1']);
    expect(stage.dropped).to.deep.equal({});
  });

  it('challenges at most three times a second', async () => {
    const client = await stage.client();
    const other = await stage.confirmed();
    for (let i = 0; i < 5; i++) client.send(client.ask());
    await other.ping();
    expect(client.received).to.have.length(3);
    expect(stage.dropped).to.deep.equal({ challengeLimited: 2 });
    stage.clock.advance(1_000);
    await client.challenge();
  });

  it('takes no answer to a challenge of ten seconds ago', async () => {
    const client = await stage.client();
    const challenge = await client.challenge();
    stage.clock.advance(10_000);
    client.send(client.answer(challenge));
    await (await stage.confirmed()).ping();
    expect(stage.dropped).to.deep.equal({ wrongAnswer: 1 });
  });

  it('passes media on from the confirmed address and counts it in pongs', async () => {
    const client = await stage.confirmed();
    const bodies = [body(), body(), body()];
    for (const each of bodies) client.send(client.datagram(PacketType.media, each));
    stage.voice.sendMany(packet(), Uint32Array.of(1), 1);
    await client.next();
    const pong = await client.ping(42);
    expect(pong).to.deep.equal({ id: 42, mediaSent: 1, mediaReceived: 3 });
    expect(stage.ingress.received).to.deep.equal(
      bodies.map((each) => ({ sessionId: 'session-1', body: new Uint8Array(each) })),
    );
  });

  it('accepts datagrams that overtook each other, once each', async () => {
    const client = await stage.confirmed();
    const datagrams = Array.from({ length: 20 }, () => client.datagram(PacketType.media, body()));
    for (const each of datagrams.reverse()) client.send(each);
    await client.ping();
    expect(stage.ingress.received).to.have.length(20);
  });

  it('sends one packet to every sink that has an address, and to nobody else', async () => {
    const clients = [await stage.confirmed(), await stage.confirmed(), await stage.confirmed()];
    const bytes = packet();
    const sinks = Uint32Array.of(1, 3, 77, 65_535);
    const arrivals = Promise.all([clients[0]?.next(), clients[2]?.next()]);
    stage.voice.sendMany(bytes, sinks, 1);
    for (const arrived of await arrivals)
      expect(new Uint8Array(arrived ?? [])).to.deep.equal(bytes);
    await clients[1]?.ping();
    expect(clients[1]?.received, 'challenge and two pongs').to.have.length(3);
    expect(stage.metrics.snapshot()['udp.sent']).to.equal(2);
  });

  it('forgets a session that is detached, keys included', async () => {
    const client = await stage.confirmed();
    const other = await stage.confirmed();
    stage.voice.detach({ id: 'session-1', handle: 1 });
    client.send(client.datagram(PacketType.media, body()));
    client.send(client.ask());
    stage.voice.sendMany(packet(), Uint32Array.of(1), 1);
    await other.ping();
    expect(stage.dropped).to.deep.equal({ unknownConnection: 2 });
    expect(stage.ingress.received).to.deep.equal([]);
    expect(client.received, 'challenge and pong of the beginning').to.have.length(2);
  });

  it('does not detach the session that has got the handle since', async () => {
    stage.voice.offer({ id: 'new', handle: 9 });
    stage.voice.detach({ id: 'old', handle: 9 });
    const client = await stage.client(stage.voice.offer({ id: 'new', handle: 9 }));
    await client.confirm();
    expect(stage.ingress.paths).to.deep.equal(['ready new']);
  });

  it('forgets whoever had the handle before', async () => {
    const client = await stage.confirmed();
    stage.voice.offer({ id: 'new', handle: 1 });
    client.send(client.datagram(PacketType.media, body()));
    await (await stage.client(stage.voice.offer({ id: 'other', handle: 2 }))).confirm();
    expect(stage.dropped).to.deep.equal({ unknownConnection: 1 });
    expect(stage.ingress.received).to.deep.equal([]);
  });

  it('voids the earlier offer when a session is offered another', async () => {
    const client = await stage.confirmed();
    stage.voice.offer({ id: 'session-1', handle: 1 });
    expect(stage.ingress.paths).to.deep.equal(['ready session-1', 'lost session-1']);
    client.send(client.datagram(PacketType.media, body()));
    await (await stage.confirmed()).ping();
    expect(stage.dropped).to.deep.equal({ unknownConnection: 1 });
  });

  it('answers no more pings than a client has use for', async () => {
    const client = await stage.confirmed();
    const other = await stage.confirmed();
    const ping = buildPing({ id: 1, mediaSent: 0, mediaReceived: 0 });
    for (let i = 0; i < 30; i++) client.send(client.datagram(PacketType.ping, ping));
    await other.ping();
    expect(stage.dropped).to.deep.equal({ pingLimited: 11 });
  });

  it('goes on when the system refuses to send', async () => {
    const client = await stage.confirmed();
    stage.voice.sendMany(new Uint8Array(70_000), Uint32Array.of(1), 1);
    expect(await client.ping()).to.have.property('mediaSent', 1);
  });

  it('takes nothing amiss after it was closed', async () => {
    await stage.confirmed();
    await stage.stop();
    stage.voice.sendMany(packet(), Uint32Array.of(1), 1);
    expect(stage.voice.offer(stage.session())).to.equal(null);
  });

  it('listens on IPv6 too', async () => {
    const v6 = new UdpStage({ host: '::1' });
    await v6.start();
    expect(v6.voice.offer(v6.session())).to.include({ transport: 'udp' });
    await v6.stop();
  });

  it('names the taken port in one line', async () => {
    const other = createSocket('udp4');
    other.bind(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address();
    const failure = await new UdpStage({ port }).start().catch((error: unknown) => error);
    other.close();
    expect(failure).to.include({ code: 'ERR_UDP_PORT_TAKEN' });
    expect((failure as Error).message)
      .to.contain(`"127.0.0.1:${port}"`)
      .and.not.contain('\n');
  });

  it('names an address that this machine does not have', async () => {
    const start = new UdpStage({ host: '192.0.2.1' }).start();
    expect(await start.catch((error: unknown) => error)).to.include({
      code: 'ERR_UDP_BIND_FAILED',
    });
  });

  it('tells clients the public host and port where these differ', async () => {
    const mapped = new UdpStage({ publicHost: 'voice.example.org', publicPort: 40_000 });
    await mapped.start();
    expect(mapped.voice.offer(mapped.session())).to.include({
      host: 'voice.example.org',
      port: 40_000,
    });
    await mapped.stop();
  });
});

describe('options of udp()', () => {
  it('are complete without any', () => {
    expect(resolveUdpOptions()).to.deep.equal({
      host: '127.0.0.1',
      port: 0,
      publicHost: null,
      publicPort: null,
    }).and.to.be.frozen;
  });

  it('are refused all at once, when the plugin is made', () => {
    const options = { host: '', port: 70_000, publicPort: 0, publicHost: 5, extra: 1 };
    expect(() => udp(options as unknown as UdpOptions))
      .to.throw()
      .with.property('details')
      .that.satisfies((details: { problems: string[] }) => details.problems.length === 5);
  });
});
