import { once } from 'node:events';
import { buildMessage, buildUplinkBody, PacketType } from '@sidetone/protocol';
import { createTcpImpairment, waitFor, type TcpImpairment } from '@sidetone/testkit';
import { expect } from 'chai';
import { WebSocketStage, type Pair } from './double/websocket-stage.js';

const SESSION = { id: 'session-1', handle: 1 };
const NORMAL = 1;
const media = (mark: number): Uint8Array =>
  buildMessage(
    PacketType.media,
    buildUplinkBody(1, new Uint8Array(8), new Uint8Array(60).fill(mark)),
  );
const packet = (): Uint8Array => new Uint8Array(80).fill(8);

describe('a session that comes back on another connection', () => {
  let stage: WebSocketStage;

  beforeEach(async () => {
    stage = new WebSocketStage();
    await stage.start();
  });
  afterEach(async () => {
    await stage.stop();
    expect(stage.clock.pending).to.equal(0);
    expect(stage.openSockets).to.equal(0);
    for (const { endings } of stage.control.accepted) expect(endings).to.have.length(1);
  });

  const hears = async ({ client }: Pair): Promise<void> => {
    const arrival = once(client, 'message');
    stage.voice.sendMany(packet(), Uint32Array.of(SESSION.handle), NORMAL);
    await arrival;
  };
  const ended = (pair: Pair): Promise<unknown> =>
    waitFor(() => pair.connection.endings.length === 1);

  it('has its voice there, and the end of the old connection changes nothing', async () => {
    const old = await stage.signedIn(1);
    const back = await stage.signedIn(1);
    await hears(back);
    old.client.terminate();
    await ended(old);
    await hears(back);
    back.client.send(media(1));
    await waitFor(() => stage.ingress.received.length === 1);
    expect(stage.ingress.paths).to.deep.equal(['ready session-1', 'ready session-1']);
  });

  it('is heard over the new connection alone, also before the old one is closed', async () => {
    const old = await stage.signedIn(1);
    const back = await stage.signedIn(1);
    old.client.send(media(1));
    await stage.handled(old);
    back.client.send(media(2));
    await stage.handled(back);
    expect(stage.ingress.received.map(({ body }) => body.at(-1))).to.deep.equal([2]);
    expect(stage.counted('websocket.dropped.')).to.deep.equal({ noSession: 1 });
  });

  for (const order of ['before', 'after'] as const) {
    it(`is displaced ${order} the new one signs in: the old client is told, and voice goes on`, async () => {
      const old = await stage.signedIn(1);
      const told = once(old.client, 'close') as Promise<[number, Buffer]>;
      const back = await stage.pair();
      if (order === 'before') old.connection.peer.close('DISPLACED', 'it came back');
      back.connection.peer.authenticated(SESSION);
      if (order === 'after') old.connection.peer.close('DISPLACED', 'it came back');
      expect((await told)[0]).to.equal(4011);
      await ended(old);
      await hears(back);
      expect(stage.ingress.paths).to.deep.equal(['ready session-1', 'ready session-1']);
      expect(old.connection.endings).to.deep.equal(['DISPLACED: it came back']);
    });
  }

  it('keeps its voice through a hundred cuts', async () => {
    let current = await stage.signedIn(1);
    for (let cut = 1; cut <= 100; cut++) {
      const before = current;
      // Odd ones come back before the server has noticed, even ones after.
      if (cut % 2 === 0) {
        before.client.terminate();
        await ended(before);
      }
      current = await stage.signedIn(1);
      before.client.terminate();
      await ended(before);
      await hears(current);
    }
    await waitFor(() => stage.openSockets === 1);
    const lost = stage.ingress.paths.filter((call) => call === 'lost session-1');
    expect(lost, 'only where nothing had taken its place').to.have.length(50);
  });

  it('ends the voice of whoever has the connection now, when core detaches it', async () => {
    const old = await stage.signedIn(1);
    const back = await stage.signedIn(1);
    stage.voice.detach(SESSION);
    stage.voice.sendMany(packet(), Uint32Array.of(1), NORMAL);
    for (const pair of [old, back]) pair.client.send(media(1));
    for (const pair of [old, back]) await stage.handled(pair);
    expect(stage.ingress.received).to.deep.equal([]);
    expect(stage.metrics.snapshot()['websocket.sent']).to.equal(0);
    for (const { client } of [old, back]) client.terminate();
    for (const pair of [old, back]) await ended(pair);
    expect(stage.ingress.paths).to.not.include('lost session-1');
  });
});

describe('a connection that is half-open', () => {
  let stage: WebSocketStage;
  let network: TcpImpairment;

  beforeEach(async () => {
    stage = new WebSocketStage({ connectionsTotal: 2, unauthenticatedTotal: 2 });
    await stage.start();
    network = await createTcpImpairment({ target: { port: stage.port }, seed: 1 });
  });
  afterEach(async () => {
    await network.close();
    await stage.stop();
    expect(stage.clock.pending).to.equal(0);
  });

  /** In a channel, and silent from now on in these directions. */
  const halfOpen = async (directions: 'both' | 'uplink' | 'downlink'): Promise<Pair> => {
    const pair = await stage.signedIn(1, {}, network.port);
    pair.connection.peer.setInVoice(true);
    await stage.handled(pair);
    network.halfOpen(directions);
    return pair;
  };

  /** Nothing of the socket is left: no timer, no place, no voice, no socket. */
  const expectNothingLeft = async (pair: Pair): Promise<void> => {
    await waitFor(() => stage.openSockets === 0);
    expect(pair.connection.endings).to.have.length(1);
    expect(stage.clock.pending).to.equal(0);
    const sent = stage.metrics.snapshot()['websocket.sent'];
    stage.voice.sendMany(packet(), Uint32Array.of(1), NORMAL);
    expect(stage.metrics.snapshot()['websocket.sent']).to.equal(sent);
    const places = [await stage.pair(), await stage.pair()];
    for (const { client } of places) client.terminate();
    await waitFor(() => stage.openSockets === 0);
  };

  for (const directions of ['both', 'uplink', 'downlink'] as const) {
    it(`in ${directions} is noticed within 8 s, and nothing of it is left then`, async () => {
      const pair = await halfOpen(directions);
      await stage.clock.advanceAsync(7_499);
      expect(pair.connection.endings).to.deep.equal([]);
      await stage.clock.advanceAsync(1);
      await waitFor(() => pair.connection.endings.length === 1);
      expect(pair.connection.endings).to.deep.equal(['PEER_SILENT: no ping was answered']);
      expect(stage.ingress.paths).to.deep.equal(['ready session-1', 'lost session-1']);
      await expectNothingLeft(pair);
      expect(network.connectionStatistics().halfOpen).to.equal(1);
    });
  }

  it('and then displaced is cut after 2 s, and the session has its voice elsewhere', async () => {
    const old = await halfOpen('both');
    const back = await stage.signedIn(1);
    old.connection.peer.close('DISPLACED', 'it came back');
    await stage.clock.advanceAsync(1_999);
    expect(old.connection.endings).to.deep.equal([]);
    expect(stage.openSockets).to.equal(2);
    await stage.clock.advanceAsync(1);
    await waitFor(() => stage.openSockets === 1);
    expect(old.connection.endings).to.deep.equal(['DISPLACED: it came back']);
    expect(stage.ingress.paths).to.deep.equal(['ready session-1', 'ready session-1']);
    const arrival = once(back.client, 'message');
    stage.voice.sendMany(packet(), Uint32Array.of(1), NORMAL);
    await arrival;
    back.client.terminate();
    await waitFor(() => stage.openSockets === 0);
    await expectNothingLeft(old);
  });

  it('and full of unread voice and messages is cut all the same', async () => {
    const pair = await halfOpen('downlink');
    for (let i = 0; i < 64; i++) pair.connection.peer.send('x'.repeat(3_000));
    for (let i = 0; i < 100; i++) stage.voice.sendMany(packet(), Uint32Array.of(1), NORMAL);
    await stage.clock.advanceAsync(8_000);
    await waitFor(() => pair.connection.endings.length === 1);
    await expectNothingLeft(pair);
  });
});
