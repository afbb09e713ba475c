import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import type { ControlIngress } from '@sidetone/core';
import { closeCodes } from '@sidetone/protocol';
import {
  RecordingControlIngress,
  type AcceptedConnection,
} from '../plugin/recording-control-ingress.js';
import { waitFor } from '../wait/wait-for.js';
import { onFresh, type ContractRunner } from './contract-runner.js';

/** One client of the transport under test. */
export interface ControlClient {
  send(text: string): void;
  /** Texts received since the connection opened, in order. */
  readonly received: readonly string[];
  /** How the connection ended; `null` while it is open. */
  readonly end: { readonly code: number; readonly reason: string } | null;
  /** Ends the connection orderly. */
  close(): void;
  /** Ends the connection without a word, as a crash does. */
  vanish(): void;
}

/** The transport under test, open for connections. */
export interface ControlTransportBench {
  /** Resolves when the connection is open. */
  connect(): Promise<ControlClient>;
  /** Closes the transport and all that is left of its clients. */
  close(): void | Promise<void>;
}

export interface ControlTransportSubject {
  /** Opens the transport on a port of its own, with this door to core. */
  create(ingress: ControlIngress): Promise<ControlTransportBench>;
  /** Longest text message that the transport takes, in bytes. */
  readonly messageBytes: number;
  /** How long a test waits for what has to come; 5,000 by default. */
  readonly timeoutMs?: number;
}

interface Stage {
  readonly bench: ControlTransportBench;
  readonly ingress: RecordingControlIngress;
  /** Waits until `look` gives the value; what it gave instead stands in the failure. */
  reach(look: () => unknown, expected: unknown): Promise<void>;
}

const SESSION = { id: '0c6e0c12-6d70-4c79-a3a5-2d3a3ddaa001', handle: 1 };

/**
 * The suite of control transports: what `ControlPeer`, `ControlConnection` and `ControlIngress`
 * promise each other. Runs on real time.
 */
export function describeControlTransport(
  { describe, it }: ContractRunner,
  subject: ControlTransportSubject,
): void {
  const { timeoutMs = 5000 } = subject;
  const fresh = onFresh<Stage>({
    async create() {
      const ingress = new RecordingControlIngress('hello');
      return { ingress, bench: await subject.create(ingress), reach: within(timeoutMs) };
    },
    dispose: ({ bench }) => bench.close(),
  });

  describe('as a control transport', () => {
    it(
      'tells core of each connection once, with the address of the client',
      fresh(async (stage) => {
        await open(stage);
        await open(stage);
        strictEqual(stage.ingress.accepted.length, 2);
        for (const { peer } of stage.ingress.accepted) {
          ok(peer.remoteAddress.length > 0, 'the address is empty');
          ok(peer.transport.length > 0, 'the name of the transport is empty');
        }
      }),
    );

    it(
      'delivers what core sends before it has accepted',
      fresh(async (stage) => {
        const { client } = await open(stage);
        await stage.reach(() => client.received, ['hello']);
      }),
    );

    it(
      'carries texts both ways, in order and unchanged',
      fresh(async (stage) => {
        const { client, core } = await open(stage);
        const texts = ['', '{"a":"\\u0000"}', 'Ümlaut ✈ 🛰', 'two\nlines', 'x'.repeat(4096)];
        for (let round = 0; round < 50; round++) texts.push(`${round}`);
        for (const text of texts) {
          client.send(text);
          core.peer.send(text);
        }
        await stage.reach(() => core.messages, texts);
        await stage.reach(() => client.received, ['hello', ...texts]);
      }),
    );

    it(
      'keeps connections apart',
      fresh(async (stage) => {
        const [one, two] = [await open(stage), await open(stage)];
        one.client.send('from one');
        two.core.peer.send('to two');
        await stage.reach(() => one.core.messages, ['from one']);
        await stage.reach(() => two.client.received, ['hello', 'to two']);
        one.client.close();
        await stage.reach(() => one.core.endings.length, 1);
        two.client.send('still here');
        await stage.reach(() => two.core.messages, ['still here']);
        deepStrictEqual(one.client.received, ['hello']);
        deepStrictEqual(two.core.endings, []);
      }),
    );

    it(
      'says when what was queued has gone out',
      fresh(async (stage) => {
        const { core } = await open(stage);
        core.peer.send('x'.repeat(10_000));
        await stage.reach(() => core.drains > 0 && core.peer.queuedBytes, 0);
      }),
    );

    it(
      'closes behind what is queued, with the code of the reason',
      fresh(async (stage) => {
        const { client, core } = await open(stage);
        core.peer.send('last words');
        core.peer.close('KICKED', 'out of order');
        core.peer.send('not any more');
        await stage.reach(() => client.end?.code, closeCodes.KICKED.code);
        deepStrictEqual(client.received, ['hello', 'last words']);
        await stage.reach(() => core.endings.length, 1);
      }),
    );

    it(
      'takes a detail for people of any length and language',
      fresh(async (stage) => {
        const { client, core } = await open(stage);
        core.peer.close('SHUTTING_DOWN', 'Wartung 🛠 '.repeat(100));
        await stage.reach(() => client.end?.code, closeCodes.SHUTTING_DOWN.code);
      }),
    );

    it(
      'tells core once of an end that the client chose',
      fresh(async (stage) => {
        const { client, core } = await open(stage);
        client.send('bye');
        client.close();
        await stage.reach(() => core.endings.length, 1);
        deepStrictEqual(core.messages, ['bye']);
        core.peer.close('SESSION_CLOSED', 'too late');
        await turn(stage);
        strictEqual(core.endings.length, 1);
      }),
    );

    it(
      'tells core once of a client that vanished',
      fresh(async (stage) => {
        const { client, core } = await open(stage);
        client.vanish();
        await stage.reach(() => core.endings.length, 1);
        await turn(stage);
        strictEqual(core.endings.length, 1);
      }),
    );

    it(
      'tells core once of an end that both chose',
      fresh(async (stage) => {
        const { client, core } = await open(stage);
        core.peer.close('SESSION_CLOSED', 'as asked');
        core.peer.close('SESSION_CLOSED', 'as asked');
        client.close();
        await stage.reach(() => core.endings.length, 1);
        await turn(stage);
        strictEqual(core.endings.length, 1);
      }),
    );

    it(
      'takes every call after the end',
      fresh(async (stage) => {
        const { client, core } = await open(stage);
        client.vanish();
        await stage.reach(() => core.endings.length, 1);
        core.peer.send('nobody hears it');
        core.peer.setInVoice(true);
        core.peer.authenticated({ id: 'late', handle: 1 });
        core.peer.close('KICKED', 'late');
        ok(core.peer.queuedBytes >= 0, 'queuedBytes is negative');
        await turn(stage);
        strictEqual(core.endings.length, 1);
      }),
    );

    it(
      'takes two connections of one session, and ends the displaced one alone',
      fresh(async (stage) => {
        const [old, back] = [await open(stage), await open(stage)];
        old.core.peer.authenticated(SESSION);
        back.core.peer.authenticated(SESSION);
        old.core.peer.close('DISPLACED', 'the session came back');
        await stage.reach(() => old.client.end?.code, closeCodes.DISPLACED.code);
        await stage.reach(() => old.core.endings.length, 1);
        back.client.send('still here');
        back.core.peer.send('so am I');
        await stage.reach(() => back.core.messages, ['still here']);
        await stage.reach(() => back.client.received, ['hello', 'so am I']);
        deepStrictEqual(back.core.endings, []);
      }),
    );

    it(
      'ends a connection whose client sends more than the limit at once',
      fresh(async (stage) => {
        const { client, core } = await open(stage);
        client.send('é'.repeat(Math.floor(subject.messageBytes / 2)));
        await stage.reach(() => core.messages.length, 1);
        client.send('é'.repeat(Math.floor(subject.messageBytes / 2) + 1));
        await stage.reach(() => core.endings.length, 1);
        strictEqual(core.messages.length, 1);
      }),
    );
  });
}

async function open(
  stage: Stage,
): Promise<{ readonly client: ControlClient; readonly core: AcceptedConnection }> {
  const before = stage.ingress.accepted.length;
  const client = await stage.bench.connect();
  await stage.reach(() => stage.ingress.accepted.length, before + 1);
  const core = stage.ingress.accepted[before];
  ok(core, 'core was not told of the connection');
  return { client, core };
}

/** Lets another connection open and talk, so that what is still on its way has time to come. */
async function turn(stage: Stage): Promise<void> {
  const { client, core } = await open(stage);
  client.send('witness');
  await stage.reach(() => core.messages, ['witness']);
}

function within(timeoutMs: number): Stage['reach'] {
  return async (look, expected) => {
    const reached = (): boolean => {
      deepStrictEqual(look(), expected);
      return true;
    };
    await waitFor(reached, { timeoutMs });
  };
}
