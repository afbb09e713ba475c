import { once } from 'node:events';
import { websocket } from '@sidetone/plugin-websocket';
import { closeCodes } from '@sidetone/protocol';
import { waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import { Admission } from '../src/admission.js';
import { resolveWebSocketOptions } from '../src/options.js';
import { allowsOrigin } from '../src/origin-policy.js';
import { WebSocketStage, type Pair } from './double/websocket-stage.js';

const statusOf = (answer: string): number => Number(answer.split(' ')[1]);

describe('the WebSocket handshake', () => {
  let stage: WebSocketStage;

  beforeEach(() => {
    stage = new WebSocketStage();
  });
  afterEach(async () => {
    await stage.stop();
    expect(stage.clock.pending).to.equal(0);
  });

  it('picks the subprotocol sidetone.v1 among others', async () => {
    await stage.start();
    const client = stage.dial({}, ['chat', 'sidetone.v1', 'sidetone.v2']);
    await once(client, 'open');
    expect(client.protocol).to.equal('sidetone.v1');
  });

  it('refuses whoever does not offer the subprotocol', async () => {
    await stage.start();
    for (const offered of ['chat', 'sidetone.v2', 'Sidetone.v1', 'xsidetone.v1']) {
      const answer = await stage.handshake({ 'Sec-WebSocket-Protocol': offered });
      expect(statusOf(answer), offered).to.equal(400);
    }
    expect(stage.counted('websocket.refused.')).to.deep.equal({ subprotocol: 4 });
    expect(stage.control.accepted).to.have.length(0);
  });

  it('refuses a foreign origin with 403 before anything is upgraded', async () => {
    await stage.start();
    const answer = await stage.handshake({ Origin: 'https://evil.example' });
    expect(statusOf(answer)).to.equal(403);
    expect(answer).to.not.contain('101');
    expect(stage.control.accepted).to.have.length(0);
    expect(stage.counted('websocket.refused.')).to.deep.equal({ origin: 1 });
  });

  it('lets in its own origin, listed ones, and programs without any', async () => {
    stage = new WebSocketStage({ origins: ['https://app.example'] });
    await stage.start();
    const own = `http://127.0.0.1:${stage.port}`;
    expect(statusOf(await stage.handshake({ Origin: own }))).to.equal(101);
    expect(statusOf(await stage.handshake({ Origin: 'https://app.example' }))).to.equal(101);
    expect(statusOf(await stage.handshake({}))).to.equal(101);
  });

  it('never negotiates compression, and ends who compresses all the same', async () => {
    await stage.start();
    const socket = await stage.rawUpgrade({ 'Sec-WebSocket-Extensions': 'permessage-deflate' });
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString('latin1'))
      .to.match(/^HTTP\/1\.1 101/)
      .and.not.match(/extensions/i);
    const connection = await waitFor(() => stage.control.accepted[0]);
    socket.write(Buffer.from([0xc1, 0x80, 0, 0, 0, 0]));
    await waitFor(() => connection.endings.length > 0);
    expect(connection.endings).to.deep.equal(['the client closed with 1006']);
  });

  it('refuses malformed handshakes without an exception, and gives their places back', async () => {
    stage = new WebSocketStage({ unauthenticatedTotal: 1 });
    await stage.start();
    for (const [headers, status] of [
      [{ 'Sec-WebSocket-Key': 'short' }, 400],
      [{ 'Sec-WebSocket-Version': '7' }, 400],
      [{ 'Sec-WebSocket-Protocol': 'sidetone.v1, sidetone.v1' }, 400],
      [{ Upgrade: 'radio' }, 400],
    ] as const) {
      const socket = await stage.rawUpgrade(headers);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(statusOf(answer.toString('latin1'))).to.equal(status);
      await once(socket, 'close');
    }
    await stage.pair();
  });

  it('is refused with 503 until the server is ready and after it stopped', async () => {
    await stage.start({ open: false });
    expect(statusOf(await stage.handshake({}))).to.equal(503);
    await stage.plugin.open();
    expect(statusOf(await stage.handshake({}))).to.equal(101);
    await stage.plugin.close();
    expect(statusOf(await stage.handshake({}))).to.equal(503);
    expect(stage.counted('websocket.refused.')).to.deep.equal({ notReady: 2 });
  });

  it('holds a bounded number of connections that have not signed in', async () => {
    stage = new WebSocketStage({ unauthenticatedTotal: 2 });
    await stage.start();
    const pair = async (): Promise<Pair> => {
      const made = await stage.pair();
      made.connection.idle = false;
      return made;
    };
    const [first, second] = [await pair(), await pair()];
    expect(statusOf(await stage.handshake({}))).to.equal(503);
    first.connection.peer.authenticated({ id: 'a', handle: 1 });
    const third = await pair();
    expect(statusOf(await stage.handshake({}))).to.equal(503);
    second.client.close();
    await waitFor(() => second.connection.endings.length > 0);
    await pair();
    third.client.close();
    expect(stage.counted('websocket.refused.')).to.deep.equal({ full: 2 });
    expect(stage.counted('websocket.displaced')).to.deep.equal({});
  });

  it('makes room for who comes where connections have taken every place and say nothing', async () => {
    stage = new WebSocketStage({ unauthenticatedTotal: 3 });
    await stage.start();
    const oldest = await stage.pair();
    const closed = once(oldest.client, 'close');
    stage.clock.advance(1_000);
    const others = [await stage.pair(), await stage.pair()];
    const newcomer = await stage.pair();
    expect((await closed)[0]).to.equal(closeCodes.SERVER_FULL.code);
    await waitFor(() => oldest.connection.endings.length > 0);
    expect(oldest.connection.endings[0]).to.match(/^SERVER_FULL/);
    newcomer.connection.peer.authenticated({ id: 'a', handle: 1 });
    expect(stage.counted('websocket.')).to.deep.equal({ displaced: 1 });
    for (const { client } of [...others, newcomer]) expect(client.readyState).to.equal(client.OPEN);
    // Who has signed in has given its place back, and is sent away for nobody; who has just come may
    // be about to sign in.
    await stage.pair();
    expect(statusOf(await stage.handshake({}))).to.equal(503);
    expect(stage.counted('websocket.')).to.deep.equal({ displaced: 1, 'refused.full': 1 });
  });

  it('has places for all connections together, signed in or not', async () => {
    stage = new WebSocketStage({ connectionsTotal: 2 });
    await stage.start();
    const first = await stage.pair();
    first.connection.peer.authenticated({ id: 'a', handle: 1 });
    await stage.pair();
    expect(statusOf(await stage.handshake({}))).to.equal(503);
    first.client.close();
    await waitFor(() => first.connection.endings.length > 0);
    await stage.pair();
  });

  it('has no limit for each address on loopback', async () => {
    stage = new WebSocketStage({ unauthenticatedPerAddress: 1 });
    await stage.start();
    for (let i = 0; i < 5; i++) await stage.pair();
  });
});

describe('admission', () => {
  it('counts each network for itself, a /64 as one, and releases a place once', () => {
    const admission = new Admission({ perAddress: 2, total: 100 });
    const first = admission.admit('192.0.2.1');
    admission.admit('::ffff:192.0.2.1');
    expect(admission.admit('192.0.2.1')).to.deep.equal({ admitted: false, reason: 'addressFull' });
    expect(admission.admit('192.0.2.2').admitted).to.equal(true);
    if (first.admitted) {
      first.release();
      first.release();
    }
    expect(admission.admit('192.0.2.1').admitted).to.equal(true);
    expect(admission.admit('192.0.2.1').admitted).to.equal(false);
    admission.admit('2001:db8::1');
    admission.admit('2001:db8::2');
    expect(admission.admit('2001:db8::3').admitted).to.equal(false);
    expect(admission.admit('2001:db8:0:1::3').admitted).to.equal(true);
  });

  it('takes every form of loopback for loopback', () => {
    const admission = new Admission({ perAddress: 1, total: 100 });
    for (const address of ['127.0.0.1', '127.0.0.1', '::1', '::1', '::ffff:127.0.0.1']) {
      expect(admission.admit(address).admitted, address).to.equal(true);
    }
  });
});

describe('the origin policy', () => {
  const host = 'voice.example';
  const table: [string | undefined, string | undefined, boolean, string][] = [
    [undefined, host, true, 'a program that is no browser'],
    ['https://voice.example', host, true, 'its own page over TLS'],
    ['http://voice.example', host, true, 'its own page without TLS'],
    ['https://voice.example', 'voice.example:443', true, 'a port that goes without saying'],
    ['https://voice.example', 'VOICE.example', true, 'a host in capitals'],
    ['https://voice.example:8443', 'voice.example:8443', true, 'its own page on another port'],
    ['http://[::1]:8080', '[::1]:8080', true, 'an IPv6 address'],
    ['https://app.example', host, true, 'a listed origin'],
    ['app://desk', host, true, 'a listed origin of an application'],
    ['https://voice.example:8443', host, false, 'another port'],
    ['http://voice.example', 'voice.example:443', false, 'the port of another scheme'],
    ['https://evil.example', host, false, 'another host'],
    ['https://voice.example.evil.example', host, false, 'its name as a prefix'],
    ['https://evilvoice.example', host, false, 'its name as a suffix'],
    ['https://sub.voice.example', host, false, 'a subdomain'],
    ['https://app.example.evil.example', host, false, 'a listed one as a prefix'],
    ['http://app.example', host, false, 'a listed one with another scheme'],
    ['https://app.example:444', host, false, 'a listed one with another port'],
    ['https://APP.example', host, false, 'a listed one in capitals, as no browser sends it'],
    ['null', host, false, 'a sandboxed frame or a file'],
    ['', host, false, 'an empty header'],
    ['file://', host, false, 'a file'],
    ['https://voice.example/', host, false, 'a trailing slash'],
    ['https://voice.example@evil.example', host, false, 'a user name'],
    ['https://evil.example, https://voice.example', host, false, 'two origins'],
    ['ftp://voice.example', host, false, 'a scheme without pages'],
    ['https://voice.example', undefined, false, 'no host to compare with'],
    ['https://voice.example', 'voice.example/@evil.example', false, 'a host that is none'],
  ];
  for (const [origin, toHost, allowed, what] of table) {
    it(`${allowed ? 'allows' : 'refuses'} ${what}: "${origin}" to "${toHost}"`, () => {
      const listed = new Set(['https://app.example', 'app://desk']);
      expect(allowsOrigin(origin, toHost, listed)).to.equal(allowed);
    });
  }
});

describe('options of websocket()', () => {
  it('are complete without any', () => {
    expect(resolveWebSocketOptions()).to.deep.equal({
      path: '/voice',
      origins: new Set(),
      unauthenticatedPerAddress: 64,
      unauthenticatedTotal: 512,
      connectionsPerAddress: 256,
      connectionsTotal: 16_384,
    }).and.to.be.frozen;
  });

  it('are refused all at once, when the plugin is made', () => {
    const options = {
      path: 'voice',
      origins: ['https://ok.example', 'https://path.example/x', '*', 'null', 'HTTPS://big.example'],
      unauthenticatedTotal: 0,
      limit: 1,
    };
    expect(() => websocket(options))
      .to.throw()
      .with.property('details')
      .that.satisfies((details: { problems: string[] }) => details.problems.length === 7);
  });
});
