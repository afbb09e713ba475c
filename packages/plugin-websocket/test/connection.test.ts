import { once } from 'node:events';
import { waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import { closeText } from '../src/close-text.js';
import { WebSocketStage, type Pair } from './double/websocket-stage.js';

const closeOf = async (client: Pair['client']): Promise<[number, string]> => {
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  return [code, reason.toString()];
};

describe('a control connection over WebSocket', () => {
  let stage: WebSocketStage;

  beforeEach(async () => {
    stage = new WebSocketStage();
    await stage.start();
  });
  afterEach(async () => {
    await stage.stop();
    expect(stage.clock.pending).to.equal(0);
    for (const { endings } of stage.control.accepted) expect(endings).to.have.length(1);
  });

  it('carries text both ways and knows where the client is', async () => {
    const { client, connection } = await stage.pair();
    expect(connection.peer.transport).to.equal('websocket');
    expect(connection.peer.remoteAddress).to.equal('127.0.0.1');
    client.send('{"a":"ä"}');
    await waitFor(() => connection.messages[0]);
    expect(connection.messages).to.deep.equal(['{"a":"ä"}']);
    const arrival = once(client, 'message');
    connection.peer.send('{"b":1}');
    expect(String((await arrival)[0])).to.equal('{"b":1}');
  });

  it('is closed, and it alone, when the server fails on one of its messages', async () => {
    const [broken, other] = [await stage.pair(), await stage.pair()];
    broken.connection.messages.push = () => {
      throw new Error('broken');
    };
    const closed = closeOf(broken.client);
    broken.client.send('{}');
    expect((await closed)[0]).to.equal(4010);
    other.client.send('{}');
    await waitFor(() => other.connection.messages.length === 1);
  });

  it('tells core when what was queued has gone out', async () => {
    const { client, connection } = await stage.pair();
    client.pause();
    for (let i = 0; i < 4; i++) connection.peer.send('x'.repeat(32 * 1024));
    client.resume();
    await waitFor(() => connection.drains > 0);
    expect(connection.peer.queuedBytes).to.equal(0);
  });

  it('closes with the code of the reason and a detail that fits', async () => {
    const { client, connection } = await stage.pair();
    const closed = closeOf(client);
    connection.peer.close('KICKED', 'ü'.repeat(100));
    connection.peer.close('SHUTTING_DOWN', 'second');
    expect(await closed).to.deep.equal([4003, 'ü'.repeat(61)]);
    await waitFor(() => connection.endings.length > 0);
    expect(connection.endings).to.deep.equal([`KICKED: ${'ü'.repeat(100)}`]);
  });

  it('delivers what was sent before the close', async () => {
    const { client, connection } = await stage.pair();
    const texts: string[] = [];
    client.on('message', (data: Buffer) => texts.push(data.toString()));
    const closed = closeOf(client);
    connection.peer.send('last words');
    connection.peer.close('KICKED', '');
    await closed;
    expect(texts).to.deep.equal(['last words']);
  });

  it('passes nothing on to core once it closes, and takes every call without harm', async () => {
    const { client, connection } = await stage.pair();
    const closed = closeOf(client);
    client.send('too late?');
    connection.peer.close('KICKED', '');
    client.send('too late');
    await closed;
    await waitFor(() => connection.endings.length > 0);
    const { peer } = connection;
    peer.send('x');
    peer.close('KICKED', '');
    peer.setInVoice(true);
    peer.authenticated({ id: 'late', handle: 5 });
    expect(peer.queuedBytes).to.be.a('number');
    expect(connection.messages).to.deep.equal([]);
    expect(stage.ingress.paths).to.deep.equal([]);
  });

  it('cuts off a client that does not answer the close frame, after two seconds', async () => {
    const socket = await stage.rawUpgrade();
    const connection = await waitFor(() => stage.control.accepted[0]);
    connection.peer.close('KICKED', '');
    stage.clock.advance(1_999);
    await stage.clock.settle();
    expect(connection.endings).to.deep.equal([]);
    const ended = once(socket, 'close');
    socket.resume();
    stage.clock.advance(1);
    await ended;
    await waitFor(() => connection.endings.length > 0);
  });

  it('closes on a slow reader before more than 256 KiB wait', async () => {
    const socket = await stage.rawUpgrade();
    const connection = await waitFor(() => stage.control.accepted[0]);
    socket.pause();
    const { peer } = connection;
    let most = 0;
    let sent = 0;
    // The kernel takes megabytes first; it gets turns to do so.
    while (connection.endings.length === 0 && sent < 4_000) {
      for (let i = 0; i < 16; i++, sent++) peer.send('x'.repeat(16 * 1024));
      most = Math.max(most, peer.queuedBytes);
      await stage.clock.settle();
      if (most > 200 * 1024) stage.clock.advance(2_000);
    }
    expect(connection.endings).to.deep.equal(['SLOW_READER: too much waits to be read']);
    expect(most).to.be.at.most(256 * 1024 + 1_024);
  });

  it('lets one message be larger than the queue of a slow reader', async () => {
    const { client, connection } = await stage.pair({ maxPayload: 1_000_000 });
    const arrival = once(client, 'message');
    connection.peer.send('x'.repeat(400_000));
    expect(String((await arrival)[0])).to.have.length(400_000);
  });

  it('ends messages of more than 64 KiB and floods of fragments', async () => {
    const large = await stage.pair();
    large.client.send('x'.repeat(64 * 1024 + 1));
    expect((await closeOf(large.client))[0]).to.equal(1009);
    const fragments = await stage.pair();
    for (let i = 0; i < 80; i++) fragments.client.send('x', { fin: false });
    expect((await closeOf(fragments.client))[0]).to.equal(1008);
    for (const { connection } of [large, fragments]) {
      await waitFor(() => connection.endings.length > 0);
      expect(connection.messages).to.deep.equal([]);
    }
  });

  it('takes 64 KiB and 64 fragments', async () => {
    const pair = await stage.pair();
    pair.client.send('x'.repeat(64 * 1024));
    for (let i = 0; i < 63; i++) pair.client.send('x', { fin: false });
    pair.client.send('x');
    await waitFor(() => pair.connection.messages.length === 2);
  });

  for (const [what, bytes] of [
    ['text that is no UTF-8', [0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]],
    ['frames without a mask', [0x81, 0x01, 0x41]],
    ['unknown opcodes', [0x83, 0x80, 0, 0, 0, 0]],
    ['oversized pings', [0x89, 0xfe, 0, 126, 0, 0, 0, 0]],
    ['a continuation of nothing', [0x80, 0x80, 0, 0, 0, 0]],
  ] as const) {
    it(`ends ${what} without an exception`, async () => {
      const socket = await stage.rawUpgrade();
      const connection = await waitFor(() => stage.control.accepted[0]);
      socket.resume();
      socket.write(Buffer.from(bytes));
      await waitFor(() => connection.endings.length > 0);
      expect(connection.messages).to.deep.equal([]);
    });
  }

  it('answers pings, but not a flood of them', async () => {
    const { client, connection } = await stage.pair();
    const pong = once(client, 'pong');
    client.ping('hello');
    expect(String((await pong)[0])).to.equal('hello');
    const closed = closeOf(client);
    for (let i = 0; i < 30; i++) client.ping();
    expect((await closed)[0]).to.equal(4006);
    await waitFor(() => connection.endings.length > 0);
    expect(connection.endings).to.deep.equal(['RATE_LIMITED: too many ping frames']);
  });

  it('answers ten pings in ten seconds for as long as one likes', async () => {
    const pair = await stage.pair();
    for (let i = 0; i < 60; i++) {
      const pong = once(pair.client, 'pong');
      pair.client.ping();
      await pong;
      stage.clock.advance(1_000);
    }
    await stage.handled(pair);
  });

  it('is told to stop, and the stop waits for its end', async () => {
    const { client, connection } = await stage.pair();
    const closed = closeOf(client);
    await stage.plugin.close();
    expect(connection.endings).to.deep.equal(['SHUTTING_DOWN: the server stops']);
    expect((await closed)[0]).to.equal(4008);
  });

  it('does not hold up the stop when it does not answer', async () => {
    await stage.rawUpgrade();
    const connection = await waitFor(() => stage.control.accepted[0]);
    const stopped = stage.plugin.close();
    stage.clock.advance(2_000);
    await stopped;
    expect(connection.endings).to.deep.equal(['SHUTTING_DOWN: the server stops']);
  });
});

describe('the liveness of a control connection', () => {
  let stage: WebSocketStage;

  beforeEach(async () => {
    stage = new WebSocketStage();
    await stage.start();
  });
  afterEach(async () => {
    await stage.stop();
    expect(stage.clock.pending).to.equal(0);
  });

  const silentFor = async (inVoice: boolean, totalMs: number): Promise<string[]> => {
    const { connection } = await stage.pair({ autoPong: false });
    connection.peer.setInVoice(inVoice);
    await stage.clock.advanceAsync(totalMs);
    return connection.endings;
  };

  it('ends within 8 s of the last sign in voice, three quarters of a period after the third ping', async () => {
    expect(await silentFor(true, 7_499)).to.deep.equal([]);
    expect(await silentFor(true, 7_500)).to.deep.equal(['PEER_SILENT: no ping was answered']);
  });

  it('ends within 60 s of the last sign when idle', async () => {
    expect(await silentFor(false, 56_249)).to.deep.equal([]);
    expect(await silentFor(false, 56_250)).to.deep.equal(['PEER_SILENT: no ping was answered']);
  });

  it('goes on for who answers the pings', async () => {
    const pair = await stage.pair();
    pair.connection.peer.setInVoice(true);
    for (let i = 0; i < 20; i++) {
      const ping = once(pair.client, 'ping');
      stage.clock.advance(2_000);
      await ping;
      await stage.handled({ ...pair });
    }
    expect(pair.connection.endings).to.deep.equal([]);
  });

  it('takes a pong alone for a sign', async () => {
    const { client, connection } = await stage.pair();
    const other = await stage.pair();
    connection.peer.setInVoice(true);
    for (let i = 0; i < 20; i++) {
      const ping = once(client, 'ping');
      stage.clock.advance(2_000);
      await ping;
      // The pong left before this client's message did; both go over loopback, in order of time.
      await stage.handled(other);
      await stage.clock.settle();
    }
    expect(connection.endings).to.deep.equal([]);
  });

  it('is pinged each 15 s while idle and each 2 s in voice', async () => {
    const { client, connection } = await stage.pair();
    let pings = 0;
    client.on('ping', () => (pings += 1));
    const pinged = async (ms: number): Promise<void> => {
      const ping = once(client, 'ping');
      stage.clock.advance(ms);
      await ping;
    };
    await pinged(15_000);
    connection.peer.setInVoice(true);
    connection.peer.setInVoice(true);
    await pinged(2_000);
    connection.peer.setInVoice(false);
    stage.clock.advance(14_999);
    await stage.clock.settle();
    expect(pings).to.equal(2);
    await pinged(1);
    expect(pings).to.equal(3);
  });
});

describe('closeText', () => {
  it('cuts between characters, never inside one', () => {
    expect(closeText('short')).to.equal('short');
    expect(Buffer.byteLength(closeText('€'.repeat(60)))).to.equal(123);
    expect(closeText(`x${'🎙'.repeat(40)}`)).to.equal(`x${'🎙'.repeat(30)}`);
  });
});
