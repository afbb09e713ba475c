import { randomBytes } from 'node:crypto';
import {
  buildKid,
  createNodeCipher,
  decodeBase64,
  parseDownlinkBody,
  uuidBytes,
  type NodeOpener,
  type RouteKeys,
  type SenderPart,
} from '@sidetone/protocol';
import { waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import { WireClient } from '../wire/wire-client.js';
import { ChildProgram } from './support/child-program.js';
import { Operation, type Person } from './support/operation.js';
import type { ServerCalls } from './support/server-program.js';

describe('Keys', function () {
  this.timeout(120_000);

  it('of a whisper go to its target alone, and nobody else hears it', async () => {
    const operation = await Operation.start();
    try {
      const [talker, target, neighbour] = await Promise.all([
        operation.person('Talker', 'udp', ['Command']),
        operation.person('Target', 'udp', ['Flight']),
        operation.person('Neighbour', 'udp', ['Command', 'Flight']),
      ]);
      const watcher = await WireClient.connect(operation.url, 'Watcher');
      await watcher.join('Command');
      const keysBefore = watcher.keys.size;
      await talker.program.call('say', { speaker: 'bravo', users: [target.user] });
      const frames = async ({ program }: Person): Promise<number> => program.call('count');
      await waitFor(async () => (await frames(target)) > 200, { timeoutMs: 10_000 });
      const heard = await target.program.call('heard');
      expect(heard.routes).to.deep.equal(['whisper']);
      expect(heard.lost).to.equal(0);
      expect(await frames(neighbour)).to.equal(0);
      expect(watcher.keys.size).to.equal(keysBefore);
      await watcher.close();
    } finally {
      await operation.end();
    }
  });

  describe('on one net', () => {
    let server: ChildProgram<ServerCalls>;
    let url: string;
    const clients: WireClient[] = [];

    beforeEach(async () => {
      server = ChildProgram.start<ServerCalls>('./server-program.ts', {
        speakOnly: 'Speaker',
        limits: { commandBurst: 1000, commandsPerSecond: 1000 },
      });
      url = await server.call('start');
    });

    afterEach(async () => {
      await Promise.all(clients.splice(0).map((client) => client.close()));
      await server.call('stop');
      await server.stop();
    });

    const connect = async (name: string): Promise<WireClient> => {
      const client = await WireClient.connect(url, name);
      clients.push(client);
      return client;
    };

    it('who may only speak is given the own sender key and nothing else', async () => {
      const speaker = await connect('Speaker');
      const listener = await connect('Listener');
      await listener.join('Command');
      const channel = await speaker.join('Command');
      expect([...speaker.keys.values()]).to.deep.equal([]);
      const registered = await speaker.request('talk.register', {
        target: { channels: [channel] },
      });
      const [keys] = [...speaker.keys.values()];
      expect(keys).to.not.have.property('secret');
      expect(keys?.sendKey).to.have.lengthOf(1);
      expect(keys?.senders.map(([, source]) => source.id)).to.deep.equal([registered.source.id]);
    });

    it('after a leave nothing reaches the former member, and the old secret opens nothing new', async () => {
      const ann = await connect('Ann');
      const bob = await connect('Bob');
      const eve = await connect('Eve');
      for (const client of [ann, bob, eve]) await client.openUdp();
      const channel = await ann.join('Command');
      await bob.join('Command');
      await eve.join('Command');
      const talk = await ann.talk(channel);
      const [before] = [...eve.keys.values()];
      if (!before?.secret) throw new Error('Eve should have held the secret');
      let eveHeard = 0;
      const bobHeard: Uint8Array[] = [];
      eve.onMedia = () => (eveHeard += 1);
      bob.onMedia = (packet) => bobHeard.push(Uint8Array.from(packet));
      const frame = (seq: number): SenderPart => ({
        start: seq === 0,
        end: false,
        durationMs: 20,
        level: 0xff,
        seq,
        time: seq * 960,
      });
      const opus = randomBytes(60);
      ann.sendMedia(ann.seal(talk, 0, frame(0), opus));
      await waitFor(() => eveHeard === 1 && bobHeard.length === 1);

      let activated = false;
      void ann.next('keys.activate').then(() => (activated = true));
      await eve.request('channel.leave', { channel });
      // In the moment the leave was answered: the old epoch is still sealed with, and heard by Bob.
      for (let seq = 1; seq <= 20; seq += 1) ann.sendMedia(ann.seal(talk, seq, frame(seq), opus));
      await waitFor(() => bobHeard.length === 21);
      expect(eveHeard).to.equal(1);

      await waitFor(() => activated, { describe: () => 'no key was made active after the leave' });
      const rotated = [...ann.keys.values()].at(-1);
      expect(rotated?.epoch).to.equal(before.epoch + 1);
      const next = sealerOf(rotated as RouteKeys, talk.senderIndex);
      for (let seq = 21; seq <= 30; seq += 1) {
        ann.sendMedia(ann.seal({ ...talk, sealer: next }, seq - 21, frame(seq), opus));
      }
      await waitFor(() => bobHeard.length === 31);
      expect(eveHeard).to.equal(1);
      const opened = (keys: RouteKeys, packet: Uint8Array | undefined): boolean =>
        open(openerOf(keys, talk.senderIndex, before.epoch + 1), packet ?? new Uint8Array(0));
      expect(opened(rotated as RouteKeys, bobHeard[30])).to.equal(true);
      expect(opened(before, bobHeard[30])).to.equal(false);
    });
  });

  it('turn a hundred times while somebody talks, and no frame is lost', async () => {
    const operation = await Operation.start({
      limits: { commandBurst: 1000, commandsPerSecond: 1000 },
    });
    const churner = await WireClient.connect(operation.url, 'Churner');
    try {
      const [listener, talker] = await Promise.all([
        operation.person('Listener', 'udp', ['Command']),
        operation.person('Talker', 'udp', ['Command']),
      ]);
      const channel = churner.channels.get('Command') ?? '';
      let talking = true;
      let spoken = 0;
      const speech = (async () => {
        while (talking) {
          await talker.program.call('say', { speaker: 'charlie', channels: ['Command'] });
          spoken += 1;
        }
      })();
      for (let rotation = 1; rotation <= 100; rotation += 1) {
        await churner.request('channel.join', { channel });
        await churner.request('channel.leave', { channel });
        await waitFor(async () => (await operation.server.call('rotations')) >= rotation);
      }
      talking = false;
      await speech;
      const { frames, lost, dropped } = await listener.program.call('heard');
      expect(spoken).to.be.at.least(5);
      const last = Math.max(...frames);
      expect(frames).to.have.lengthOf(last + 1);
      expect(new Set(frames).size).to.equal(last + 1);
      expect(lost).to.equal(0);
      expect(Object.values(dropped).filter((count) => count > 0)).to.deep.equal([]);
    } finally {
      await churner.close();
      await operation.end();
    }
  });
});

const cipher = createNodeCipher();

function baseKey({ route, secret, epoch }: RouteKeys, senderIndex: number): Uint8Array {
  const bytes = decodeBase64(secret ?? '', 32);
  if (!bytes) throw new Error('the secret is no base64url of 32 bytes');
  return cipher.deriveSenderBaseKey(bytes, uuidBytes(route.id), epoch, senderIndex);
}

function sealerOf(keys: RouteKeys, senderIndex: number): ReturnType<typeof cipher.sealer> {
  return cipher.sealer(baseKey(keys, senderIndex), buildKid(senderIndex, keys.epoch));
}

/** An opener for what claims to be of `epoch`, under whatever secret `keys` holds. */
function openerOf(keys: RouteKeys, senderIndex: number, epoch: number): NodeOpener {
  return cipher.opener(baseKey({ ...keys, epoch }, senderIndex), buildKid(senderIndex, epoch));
}

function open(opener: NodeOpener, packet: Uint8Array): boolean {
  const body = packet.subarray(1);
  const parsed = parseDownlinkBody(body);
  if (!parsed.ok) throw new Error(`the packet is ${parsed.reason}`);
  const senderPart = body.subarray(parsed.sealedOffset - 8, parsed.sealedOffset);
  return opener.open(body.subarray(parsed.sealedOffset), senderPart) !== null;
}
