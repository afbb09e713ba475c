import type { ControlConnection, ControlIngress, ControlPeer } from '@sidetone/core';
import {
  describeControlTransport,
  type ControlTransportBench,
} from '../../src/contract/control-transport.js';
import {
  describeVoiceTransport,
  type VoiceClient,
  type VoiceTransportBench,
} from '../../src/contract/voice-transport.js';
import { itCatches, type Defect } from './it-catches.js';
import { createControlBench, createVoiceBench, MESSAGE_BYTES } from './memory-bench.js';

const timeoutMs = 60;

/** The connection and the peer of the memory transport, of which some methods are replaced. */
interface ControlChanges {
  readonly peer?: (sound: ControlPeer) => Partial<ControlPeer>;
  readonly connection?: (sound: ControlConnection, peer: ControlPeer) => Partial<ControlConnection>;
  readonly accept?: (ingress: ControlIngress, peer: ControlPeer) => ControlConnection;
  readonly messageBytes?: number;
}

const controls = (changes: ControlChanges, ...caughtBy: string[]): Defect => {
  const { peer, connection, accept, messageBytes = MESSAGE_BYTES } = changes;
  const create = (ingress: ControlIngress): Promise<ControlTransportBench> =>
    createControlBench({
      accept(sound) {
        const changedPeer = peerWith(sound, peer?.(sound) ?? {});
        const given = accept?.(ingress, changedPeer) ?? ingress.accept(changedPeer);
        const bound: ControlConnection = {
          get idle() {
            return given.idle;
          },
          message: (text) => given.message(text),
          drained: () => given.drained(),
          closed: (detail) => given.closed(detail),
        };
        return { ...bound, ...connection?.(bound, sound) };
      },
    });
  return {
    suite: (runner) => describeControlTransport(runner, { create, messageBytes, timeoutMs }),
    caughtBy,
  };
};

function peerWith(sound: ControlPeer, changes: Partial<ControlPeer>): ControlPeer {
  return {
    remoteAddress: sound.remoteAddress,
    transport: sound.transport,
    get queuedBytes() {
      return sound.queuedBytes;
    },
    send: (message) => sound.send(message),
    close: (reason, detail) => sound.close(reason, detail),
    authenticated: (session) => sound.authenticated(session),
    setInVoice: (inVoice) => sound.setInVoice(inVoice),
    ...changes,
  };
}

describe('the suite of control transports', () => {
  itCatches({
    'hides the address': controls(
      { peer: () => ({ remoteAddress: '' }) },
      'tells core of each connection once, with the address of the client',
    ),
    'swallows what is sent too early': controls(
      {
        peer: ({ send }) => {
          let accepted = false;
          queueMicrotask(() => (accepted = true));
          return { send: (message) => void (accepted && send(message)) };
        },
      },
      'delivers what core sends before it has accepted',
    ),
    'hands on lines': controls(
      {
        connection: ({ message }) => ({
          message: (text) => text.split('\n').forEach((line) => message(line)),
        }),
      },
      'carries texts both ways, in order and unchanged',
    ),
    'gives every client all messages': controls(
      (() => {
        const peers: ControlPeer[] = [];
        return {
          peer: (sound) => {
            peers.push(sound);
            return { send: (message) => peers.forEach((one) => one.send(message)) };
          },
        } satisfies ControlChanges;
      })(),
      'keeps connections apart',
    ),
    'never says that it has drained': controls(
      { connection: () => ({ drained: () => {} }) },
      'says when what was queued has gone out',
    ),
    'closes with one code for everything': controls(
      { peer: (sound) => ({ close: (_reason, detail) => sound.close('PROTOCOL_ERROR', detail) }) },
      'closes behind what is queued, with the code of the reason',
      'takes a detail for people of any length and language',
    ),
    'throws at a long detail': controls(
      {
        peer: (sound) => ({
          close: (reason, detail) => {
            if (Buffer.byteLength(detail) > 123) throw new RangeError('the reason is too long');
            sound.close(reason, detail);
          },
        }),
      },
      'takes a detail for people of any length and language',
    ),
    'tells every end twice': controls(
      {
        connection: ({ closed }) => ({
          closed: (detail) => {
            closed(detail);
            closed(detail);
          },
        }),
      },
      'tells core once of an end that the client chose',
      'tells core once of a client that vanished',
      'tells core once of an end that both chose',
    ),
    'throws after the end': controls(
      {
        connection: ({ closed }, peer) => ({
          closed: (detail) => {
            Object.assign(peer, {
              send: () => {
                throw new Error('not open');
              },
            });
            closed(detail);
          },
        }),
      },
      'takes every call after the end',
    ),
    'ends all connections of a session together': controls(
      (() => {
        const peers = new Map<string, ControlPeer[]>();
        return {
          peer: (sound) => {
            let ofSession: ControlPeer[] = [sound];
            return {
              authenticated: (session) => {
                ofSession = peers.get(session.id) ?? [];
                ofSession.push(sound);
                peers.set(session.id, ofSession);
                sound.authenticated(session);
              },
              close: (reason, detail) => {
                for (const one of ofSession) one.close(reason, detail);
              },
            };
          },
        } satisfies ControlChanges;
      })(),
      'takes two connections of one session, and ends the displaced one alone',
    ),
    'takes messages of any length': controls(
      { messageBytes: MESSAGE_BYTES / 2 },
      'ends a connection whose client sends more than the limit at once',
    ),
  });
});

const voices = (
  change: (sound: VoiceTransportBench) => Partial<VoiceTransportBench>,
  ...caughtBy: string[]
): Defect => ({
  suite: (runner) =>
    describeVoiceTransport(runner, {
      create: async (ingress) => {
        const sound = await createVoiceBench(ingress);
        return { ...sound, ...change(sound) };
      },
      noticesLoss: true,
      timeoutMs,
    }),
  caughtBy,
});

/** The transport of a bench, of which some methods are replaced. */
const transportWith = (
  { transport }: VoiceTransportBench,
  changes: Partial<VoiceTransportBench['transport']>,
): Partial<VoiceTransportBench> => ({
  transport: {
    name: transport.name,
    frames: transport.frames,
    offer: (session) => transport.offer(session),
    detach: (session) => transport.detach(session),
    sendMany: (packet, sinks, priority) => transport.sendMany(packet, sinks, priority),
    ...changes,
  },
});

describe('the VoiceTransport suite', () => {
  itCatches({
    'offers itself under another name': voices(
      (bench) => transportWith(bench, { name: 'pigeon' }),
      'offers itself under its own name, or not at all',
      'tells core once that it reaches a session',
      'gives core each body as it was sent, as the session of the client that sent it',
    ),
    'sends to everybody it ever knew': voices((bench) => {
      const known = new Set<number>();
      return transportWith(bench, {
        sendMany: (packet, sinks, priority) => {
          for (const sink of sinks) known.add(sink);
          bench.transport.sendMany(packet, Uint32Array.from(known), priority);
        },
      });
    }, 'sends the same packet to every sink and to nobody else'),
    'sends a turn later': voices(
      (bench) =>
        transportWith(bench, {
          sendMany: (packet, sinks, priority) =>
            setImmediate(() => bench.transport.sendMany(packet, sinks, priority)),
        }),
      'has sent within the call: later changes of the sinks change nothing',
    ),
    'sends the newest first': voices((bench) => {
      const waiting: (() => void)[] = [];
      return transportWith(bench, {
        sendMany: (packet, sinks, priority) => {
          waiting.unshift(() => bench.transport.sendMany(packet, sinks, priority));
          setImmediate(() => waiting.splice(0).forEach((send) => send()));
        },
      });
    }, 'keeps the order of packets on a path that keeps it'),
    'writes its own header into the packet': voices(
      (bench) =>
        transportWith(bench, {
          sendMany: (packet, sinks, priority) => {
            bench.transport.sendMany(packet, sinks, priority);
            packet[0] = 0xff;
          },
        }),
      'leaves the packet as it is',
    ),
    'stops at a sink that it does not know': voices(
      (bench) =>
        transportWith(bench, {
          sendMany: (packet, sinks, priority) => {
            if (sinks.includes(2) && sinks.includes(70_000)) throw new Error('unknown sink');
            bench.transport.sendMany(packet, sinks, priority);
          },
        }),
      'skips sinks that it does not know',
    ),
    'forgets nobody': voices(
      (bench) => transportWith(bench, { detach: () => {} }),
      'sends nothing to a session after its detach, and gives core nothing of it',
      'forgets all connections of a session with its detach',
    ),
    'leaves the voice of a session where it was first': voices((bench) => {
      const first = new Map<string, VoiceClient>();
      return {
        connect: async (session) => {
          const client = await bench.connect(session);
          const before = first.get(session.id);
          if (before === undefined) {
            first.set(session.id, client);
            return { ...client, received: [], send: () => {}, vanish: () => {} };
          }
          return { ...before, received: [] };
        },
      };
    }, 'has the voice of a session that comes back on its newest connection'),
    'ends the voice of a session with the end of a connection that it left': voices(
      (bench) => ({
        connect: async (session) => {
          const client = await bench.connect(session);
          return {
            send: (body) => client.send(body),
            get received() {
              return client.received;
            },
            vanish: () => {
              client.vanish();
              bench.transport.detach(session);
            },
          };
        },
      }),
      'does not mind the end of a connection that the session has left',
    ),
    'detaches whoever has the handle': voices((bench) => {
      const ids = new Map<number, string>();
      const transport = transportWith(bench, {
        detach: ({ handle }) => bench.transport.detach({ id: ids.get(handle) ?? '', handle }),
      });
      return {
        ...transport,
        connect: (session) => {
          ids.set(session.handle, session.id);
          return bench.connect(session);
        },
      };
    }, 'does not detach the session that has got the handle since'),
    'never notices that a client is gone': voices(
      (bench) => ({
        connect: async (session) => Object.assign(await bench.connect(session), { vanish() {} }),
      }),
      'tells core once that a client is gone, and goes on with the others',
    ),
  });
});
