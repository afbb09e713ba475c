import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import type { VoiceIngress, VoiceSession, VoiceTransport } from '@sidetone/core';
import {
  buildDownlinkPacket,
  buildUplinkBody,
  MAX_SEALED_BYTES,
  MIN_SEALED_BYTES,
  SENDER_PART_BYTES,
} from '@sidetone/protocol';
import { RecordingVoiceIngress } from '../plugin/recording-voice-ingress.js';
import { waitFor } from '../wait/wait-for.js';
import { onFresh, type ContractRunner } from './contract-runner.js';

/** One client of the transport under test. */
export interface VoiceClient {
  /** Sends one uplink media body the way the transport carries it. */
  send(body: Uint8Array): void;
  /** Media packets received, type octet first, in order. */
  readonly received: readonly Uint8Array[];
  /** Goes away without a word. */
  vanish(): void;
}

/** The transport under test, open for clients. */
export interface VoiceTransportBench {
  readonly transport: VoiceTransport;
  /** Brings a client of this session in; resolves when voice flows both ways. */
  connect(session: VoiceSession): Promise<VoiceClient>;
  /** Closes the transport and all that is left of its clients. */
  close(): void | Promise<void>;
}

export interface VoiceTransportSubject {
  /** Opens the transport on a port of its own, with this door to core. */
  create(ingress: VoiceIngress): Promise<VoiceTransportBench>;
  /** Whether the transport notices by itself that a client is gone. */
  readonly noticesLoss: boolean;
  /** How long a test waits for what has to come; 5,000 by default. */
  readonly timeoutMs?: number;
}

interface Stage {
  readonly bench: VoiceTransportBench;
  readonly ingress: RecordingVoiceIngress;
  /** Waits until the client has received exactly these packets. */
  hear(client: VoiceClient, packets: readonly Uint8Array[]): Promise<void>;
  /** Waits until core was given exactly these bodies of the session. */
  arrive(session: VoiceSession, bodies: readonly Uint8Array[]): Promise<void>;
  /** Waits for the first report that the path to the session is lost. */
  lose(session: VoiceSession): Promise<void>;
}

const ALICE: VoiceSession = { id: '0c6e0c12-6d70-4c79-a3a5-2d3a3ddaa001', handle: 1 };
const BOB: VoiceSession = { id: '0c6e0c12-6d70-4c79-a3a5-2d3a3ddaa002', handle: 2 };
const CAROL: VoiceSession = { id: '0c6e0c12-6d70-4c79-a3a5-2d3a3ddaa003', handle: 70_000 };
const NORMAL = 1;

/** The suite of the `VoiceTransport` contract. Runs on real time, on a path that loses nothing. */
export function describeVoiceTransport(
  { describe, it }: ContractRunner,
  subject: VoiceTransportSubject,
): void {
  const fresh = onFresh<Stage>({
    async create() {
      const ingress = new RecordingVoiceIngress();
      return createStage(await subject.create(ingress), ingress, subject.timeoutMs ?? 5000);
    },
    dispose: ({ bench }) => bench.close(),
  });
  const loss = subject.noticesLoss ? 'notices that a client is gone' : 'notices no loss by itself';

  describe(`as a VoiceTransport that ${loss}`, () => {
    it(
      'offers itself under its own name, or not at all',
      fresh(({ bench: { transport } }) => {
        ok(transport.name.length > 0, 'the name is empty');
        const offer = transport.offer(ALICE);
        if (offer !== null) strictEqual(offer.transport, transport.name);
        transport.detach(ALICE);
      }),
    );

    it(
      'tells core once that it reaches a session',
      fresh(async ({ bench, ingress }) => {
        await bench.connect(ALICE);
        await bench.connect(BOB);
        for (const session of [ALICE, BOB]) {
          const ready = ingress.of('ready', session);
          deepStrictEqual(
            ready.map(({ transport }) => transport),
            [bench.transport],
          );
        }
      }),
    );

    it(
      'gives core each body as it was sent, as the session of the client that sent it',
      fresh(async ({ bench, ingress, arrive }) => {
        const [alice, bob] = [await bench.connect(ALICE), await bench.connect(BOB)];
        const [short, long] = [body(1, MIN_SEALED_BYTES), body(2, MAX_SEALED_BYTES)];
        alice.send(short);
        alice.send(long);
        bob.send(body(3));
        await arrive(ALICE, [short, long]);
        await arrive(BOB, [body(3)]);
        for (const call of ingress.calls) strictEqual(call.transport, bench.transport);
      }),
    );

    it(
      'sends the same packet to every sink and to nobody else',
      fresh(async ({ bench, hear }) => {
        const [alice, bob, carol] = await connectAll(bench);
        bench.transport.sendMany(packet(1), sinks(ALICE, CAROL), NORMAL);
        bench.transport.sendMany(packet(2), sinks(BOB), NORMAL);
        await hear(alice, [packet(1)]);
        await hear(bob, [packet(2)]);
        await hear(carol, [packet(1)]);
      }),
    );

    it(
      'has sent within the call: later changes of the sinks change nothing',
      fresh(async ({ bench, hear }) => {
        const [alice, bob] = await connectAll(bench);
        const list = sinks(ALICE);
        bench.transport.sendMany(packet(1), list, NORMAL);
        list[0] = BOB.handle;
        bench.transport.sendMany(packet(2), sinks(BOB), NORMAL);
        await hear(alice, [packet(1)]);
        await hear(bob, [packet(2)]);
      }),
    );

    it(
      'keeps the order of packets on a path that keeps it',
      fresh(async ({ bench, hear }) => {
        const alice = await bench.connect(ALICE);
        const packets = Array.from({ length: 40 }, (_, index) => packet(index));
        for (const each of packets) bench.transport.sendMany(each, sinks(ALICE), NORMAL);
        await hear(alice, packets);
      }),
    );

    it(
      'leaves the packet as it is',
      fresh(async ({ bench, hear }) => {
        const alice = await bench.connect(ALICE);
        const given = packet(1);
        bench.transport.sendMany(given, sinks(ALICE), NORMAL);
        await hear(alice, [packet(1)]);
        deepStrictEqual(given, packet(1));
      }),
    );

    it(
      'skips sinks that it does not know',
      fresh(async ({ bench, hear }) => {
        const alice = await bench.connect(ALICE);
        bench.transport.sendMany(packet(1), new Uint32Array(), NORMAL);
        bench.transport.sendMany(packet(2), Uint32Array.of(0, 4_294_967_295, 99), NORMAL);
        bench.transport.sendMany(packet(3), sinks(CAROL, ALICE, BOB), NORMAL);
        await hear(alice, [packet(3)]);
      }),
    );

    it(
      'sends nothing to a session after its detach, and gives core nothing of it',
      fresh(async ({ bench, ingress, hear, arrive }) => {
        const [alice, bob] = [await bench.connect(ALICE), await bench.connect(BOB)];
        bench.transport.detach(ALICE);
        bench.transport.detach(ALICE);
        bench.transport.detach(CAROL);
        bench.transport.sendMany(packet(1), sinks(ALICE, BOB), NORMAL);
        alice.send(body(1));
        bob.send(body(2));
        await hear(bob, [packet(1)]);
        await arrive(BOB, [body(2)]);
        deepStrictEqual(alice.received, []);
        deepStrictEqual(ingress.of('receive', ALICE), []);
      }),
    );

    it(
      'has the voice of a session that comes back on its newest connection',
      fresh(async ({ bench, ingress, hear, arrive }) => {
        const old = await bench.connect(ALICE);
        const back = await bench.connect(ALICE);
        bench.transport.sendMany(packet(1), sinks(ALICE), NORMAL);
        await hear(back, [packet(1)]);
        back.send(body(1));
        await arrive(ALICE, [body(1)]);
        deepStrictEqual(old.received, []);
        strictEqual(pathsOf(ingress, ALICE).at(-1), 'ready');
      }),
    );

    it(
      'does not mind the end of a connection that the session has left',
      fresh(async ({ bench, ingress, hear, arrive, lose }) => {
        const old = await bench.connect(ALICE);
        const back = await bench.connect(ALICE);
        const bob = await bench.connect(BOB);
        old.vanish();
        bob.vanish();
        if (subject.noticesLoss) await lose(BOB);
        bench.transport.sendMany(packet(1), sinks(ALICE), NORMAL);
        await hear(back, [packet(1)]);
        back.send(body(1));
        await arrive(ALICE, [body(1)]);
        strictEqual(pathsOf(ingress, ALICE).at(-1), 'ready');
      }),
    );

    it(
      'forgets all connections of a session with its detach',
      fresh(async ({ bench, ingress, hear, arrive }) => {
        const connections = [await bench.connect(ALICE), await bench.connect(ALICE)];
        const bob = await bench.connect(BOB);
        bench.transport.detach(ALICE);
        for (const each of connections) each.send(body(1));
        bench.transport.sendMany(packet(1), sinks(ALICE, BOB), NORMAL);
        bob.send(body(2));
        await hear(bob, [packet(1)]);
        await arrive(BOB, [body(2)]);
        for (const { received } of connections) deepStrictEqual(received, []);
        deepStrictEqual(ingress.of('receive', ALICE), []);
      }),
    );

    it(
      'does not detach the session that has got the handle since',
      fresh(async ({ bench, hear }) => {
        const heir: VoiceSession = { id: CAROL.id, handle: ALICE.handle };
        const carol = await bench.connect(heir);
        bench.transport.detach(ALICE);
        bench.transport.sendMany(packet(1), sinks(heir), NORMAL);
        await hear(carol, [packet(1)]);
      }),
    );

    if (!subject.noticesLoss) return;

    it(
      'tells core once that a client is gone, and goes on with the others',
      fresh(async ({ bench, ingress, hear, lose }) => {
        const [alice, bob] = [await bench.connect(ALICE), await bench.connect(BOB)];
        alice.vanish();
        await lose(ALICE);
        bench.transport.sendMany(packet(1), sinks(ALICE, BOB), NORMAL);
        await hear(bob, [packet(1)]);
        strictEqual(ingress.of('lost', ALICE).length, 1);
        deepStrictEqual(ingress.of('lost', BOB), []);
      }),
    );
  });
}

/** What core was told of the paths to a session, oldest first. */
function pathsOf(ingress: RecordingVoiceIngress, { id }: VoiceSession): readonly string[] {
  return ingress.calls.flatMap(({ kind, session }) =>
    kind !== 'receive' && session.id === id ? [kind] : [],
  );
}

async function connectAll(
  bench: VoiceTransportBench,
): Promise<[alice: VoiceClient, bob: VoiceClient, carol: VoiceClient]> {
  return [await bench.connect(ALICE), await bench.connect(BOB), await bench.connect(CAROL)];
}

function sinks(...sessions: readonly VoiceSession[]): Uint32Array {
  return Uint32Array.from(sessions, ({ handle }) => handle);
}

/** A well-formed body; the mark tells bodies apart. */
function body(mark: number, sealedBytes = 80): Uint8Array {
  const sealed = new Uint8Array(sealedBytes).fill(mark);
  return Uint8Array.from(buildUplinkBody(5, new Uint8Array(SENDER_PART_BYTES), sealed));
}

function packet(mark: number): Uint8Array {
  return Uint8Array.from(buildDownlinkPacket(6, 7, body(mark)));
}

function createStage(
  bench: VoiceTransportBench,
  ingress: RecordingVoiceIngress,
  timeoutMs: number,
): Stage {
  /** Compares bytes alone: a transport may hand out Buffers. */
  const same = async (
    look: () => readonly (Uint8Array | null)[],
    expected: readonly Uint8Array[],
  ): Promise<void> => {
    const reached = (): boolean => {
      const seen = look().map((bytes) => Uint8Array.from(bytes ?? []));
      deepStrictEqual(seen, [...expected]);
      return true;
    };
    await waitFor(reached, { timeoutMs });
  };
  return {
    bench,
    ingress,
    hear: (client, packets) => same(() => client.received, packets),
    arrive: (session, bodies) =>
      same(() => ingress.of('receive', session).map((call) => call.body), bodies),
    lose: async (session) =>
      void (await waitFor(() => ingress.of('lost', session).length > 0, { timeoutMs })),
  };
}
