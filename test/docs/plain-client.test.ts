import { expect } from 'chai';
import { once } from 'node:events';
import { createSocket, type Socket } from 'node:dgram';
import { http } from '@sidetone/plugin-http';
import { udp } from '@sidetone/plugin-udp';
import { websocket } from '@sidetone/plugin-websocket';
import { startServer, waitFor, type StartedServer } from '@sidetone/testkit';
import { bodyOf, datagram, PlainClient, uint, type Json } from './plain-client.js';

interface Handle {
  readonly handle: number;
  readonly route: { readonly handle: number };
}

interface UdpOffer {
  readonly transport: string;
  readonly port: number;
  readonly connectionId: number;
  readonly uplinkKey: string;
  readonly downlinkKey: string;
}

const OPUS = Buffer.from('f8fffe', 'hex');
const START_20_MS = 0x84;
const LEVEL_WITHHELD = 0xff;

function senderPart(seq: number): Buffer {
  return Buffer.concat([Buffer.from([START_20_MS, LEVEL_WITHHELD]), uint(seq, 2), uint(seq, 4)]);
}

describe('a client written from docs/protocol alone', () => {
  let started: StartedServer;
  let ann: PlainClient;
  let bob: PlainClient;
  let signedIn: Json;
  let lobby: string;
  let socket: Socket | null = null;

  beforeEach(async () => {
    started = await startServer([http({ port: 0 }), websocket(), udp()]);
    lobby = started.server.organization().channels.find('Lobby')?.id ?? '';
    ann = new PlainClient(started.url ?? '');
    bob = new PlainClient(started.url ?? '');
    await ann.signIn('Ann');
    signedIn = await bob.signIn('Bob');
    await ann.join(lobby);
    await bob.join(lobby);
  });

  afterEach(async () => {
    ann.close();
    bob.close();
    socket?.close();
    socket = null;
    await started.stop();
  });

  /** Registers Ann's microphone for the lobby and returns what sends a frame of it. */
  async function register(): Promise<(ctr: number) => void> {
    const result = await ann.request('talk.register', { target: { channels: [lobby] } });
    const [line] = result['handles'] as Handle[];
    const source = result['source'] as { handle: number };
    if (line === undefined) throw new Error('no talk handle');
    return (ctr) => {
      const part = senderPart(100 + ctr);
      const sealed = ann.seal({
        routeHandle: line.route.handle,
        sourceHandle: source.handle,
        ctr,
        senderPart: part,
        opus: OPUS,
      });
      ann.sendBinary(Buffer.concat([Buffer.from([0x08]), uint(line.handle, 2), part, sealed]));
    };
  }

  it('talks and hears over WebSocket', async () => {
    const send = await register();
    send(0);
    const message = await waitFor(() => bob.binary.find((bytes) => bytes[0] === 0x08));
    const frame = bob.open(message.subarray(1));
    expect(frame.opus.equals(OPUS)).to.equal(true);
    expect(frame.senderPart.equals(senderPart(100))).to.equal(true);
    expect(await bob.notified('transmissionStarted')).to.deep.include({ firstSeq: 100 });
  });

  it('proves a UDP path and hears over it', async () => {
    const offer = (signedIn['voice'] as UdpOffer[]).find(({ transport }) => transport === 'udp');
    if (offer === undefined) throw new Error('no UDP is offered');
    const uplink = Buffer.from(offer.uplinkKey, 'base64url');
    socket = createSocket('udp4');
    socket.connect(offer.port, '127.0.0.1');
    await once(socket, 'connect');
    const arrived: Buffer[] = [];
    socket.on('message', (bytes) => arrived.push(bytes));

    socket.send(datagram(3, offer.connectionId, 0, Buffer.alloc(9), uplink));
    const challenge = await waitFor(() => arrived[0]);
    const body = bodyOf(challenge, 0, Buffer.from(offer.downlinkKey, 'base64url'));
    expect(body[0]).to.equal(1);
    const answer = Buffer.concat([Buffer.from([2]), body.subarray(1)]);
    socket.send(datagram(3, offer.connectionId, 1, answer, uplink));
    expect(await bob.notified('voicePathChanged')).to.deep.equal({ downlink: 'udp' });

    const send = await register();
    send(0);
    const media = await waitFor(() => arrived[1]);
    expect(media[0]).to.equal(0x08);
    expect(bob.open(media.subarray(1)).opus.equals(OPUS)).to.equal(true);
  });

  it('hears after a rotation who talked before it, though no message names that sender again', async () => {
    const send = await register();
    const eve = new PlainClient(started.url ?? '');
    await eve.signIn('Eve');
    await eve.join(lobby);
    await eve.request('session.close', {});
    eve.close();
    await ann.notified('keys.activate');
    await bob.notified('keys.activate');
    send(0);
    const message = await waitFor(() => bob.binary.find((bytes) => bytes[0] === 0x08));
    expect(bob.open(message.subarray(1)).opus.equals(OPUS)).to.equal(true);
    const [keys] = [...bob.keys.values()].map((epochs) => epochs.get(1));
    expect(keys?.senders).to.deep.equal([]);
  });

  it('holds a new key after somebody has left', async () => {
    await ann.request('channel.leave', { channel: lobby });
    const [route] = bob.keys.keys();
    const { epoch } = await bob.notified('keys.activate');
    expect(epoch).to.equal(1);
    expect([...(bob.keys.get(route ?? 0)?.keys() ?? [])]).to.deep.equal([0, 1]);
  });
});
