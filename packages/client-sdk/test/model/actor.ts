import { createNodeCipher, isVoiceError } from '@sidetone/protocol';
import { Client } from '../../src/client/client.js';
import { localMedia } from '../../src/media/local/local-media.js';
import { resolveClientOptions } from '../../src/client/client-options.js';
import { guest } from '../../src/control/authentication.js';
import type { TalkTarget } from '../../src/talk/talk-target.js';
import { passthroughCodec } from '../support/passthrough-codec.js';
import { ControlTap, type ResumeFault } from './control-tap.js';
import { EventRecord } from './event-record.js';
import { OwnedClock } from './owned-clock.js';
import type { World } from './world.js';

/** What a client does when its connection has ended: at once, when it is told to, or not at all. */
export type Policy = 'now' | 'later' | 'never';

const A_DAY_MS = 86_400_000;
const DOWN_RETRY_MS = 200;

/** One SDK client of the model with all that it owns, and what a thief has seen of it. */
export class Actor {
  readonly name: string;
  readonly clock: OwnedClock;
  readonly codec: ReturnType<typeof passthroughCodec> = passthroughCodec();
  readonly taps: ControlTap[] = [];
  readonly record: EventRecord;
  readonly targets = new Map<string, TalkTarget>();
  policy: Policy = 'now';
  fault: ResumeFault | null = null;
  /** Frames with something in them. */
  heard = 0;
  /** Programs kept running. */
  holds = 0;
  /** By session: the resume tokens in the order in which they came. */
  readonly tokens = new Map<string, string[]>();
  /** By session: what it has proved to be. */
  readonly instances = new Map<string, string>();
  /** Of each answer to a resume, since it was last asked for. */
  resyncs: boolean[] = [];
  readonly client: Client;
  readonly #world: World;
  #instance = '';

  constructor(world: World, name: string) {
    this.#world = world;
    this.name = name;
    this.clock = new OwnedClock(world.clock);
    this.client = this.#create();
    this.record = new EventRecord(this.client, (...who) => world.label(...who));
    this.client.onFrame(({ packet }) => {
      if (packet.length > 0) this.heard += 1;
    });
  }

  get tap(): ControlTap {
    const tap = this.taps.at(-1);
    if (!tap) throw new Error(`${this.name} has never had a connection`);
    return tap;
  }

  get session(): string | null {
    const { state } = this.client;
    return state.status === 'connected' || state.status === 'reconnecting' ? state.session : null;
  }

  /** Why it is not connected, in one word. */
  get stopped(): string | null {
    const { state } = this.client;
    if (state.status === 'closed') return 'closed';
    if (state.status !== 'disconnected') return null;
    const { reason } = state;
    return reason?.kind === 'closedByServer' ? reason.reason : (reason?.kind ?? 'new');
  }

  #create(): Client {
    return new Client(
      {
        warn: (message, cause) => this.record.problems.push(`${message}: ${String(cause)}`),
        createMedia: localMedia({ createCipher: createNodeCipher, openUdpPath: null }),
        keepRunning: () => {
          this.holds += 1;
          return () => void (this.holds -= 1);
        },
        openSocket: (_url, _subprotocol, listener) => {
          const tap = new ControlTap(
            this.#world.openSocket,
            listener,
            this.#listener(),
            this.fault,
          );
          this.taps.push(tap);
          return tap;
        },
      },
      resolveClientOptions({
        url: 'ws://memory.test',
        codec: this.codec,
        authentication: guest(this.name),
        clock: this.clock,
        reconnect: () => this.#pause(),
      }),
    );
  }

  #pause(): number | null {
    if (this.policy === 'never') return null;
    if (this.policy === 'later') return A_DAY_MS;
    return this.#world.running ? 0 : DOWN_RETRY_MS;
  }

  #listener(): ConstructorParameters<typeof ControlTap>[2] {
    return {
      passed: () => this.#world.passed(),
      sent: (message) => {
        const { instance } =
          (JSON.parse(message) as { params?: { instance?: string } }).params ?? {};
        if (instance !== undefined) this.#instance = instance;
      },
      received: (message) => this.#overhear(message),
    };
  }

  #overhear(message: string): void {
    if (!message.includes('"resumeToken"')) return;
    const { result } = JSON.parse(message) as {
      result: { session: string; resumeToken: string; resync?: boolean };
    };
    const { session, resumeToken, resync } = result;
    this.tokens.set(session, [...(this.tokens.get(session) ?? []), resumeToken]);
    this.instances.set(session, this.#instance);
    if (resync !== undefined) this.resyncs.push(resync);
  }
}

/** Of a call that may fail: its code. */
export function outcomeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'done',
    (error: unknown) => (isVoiceError(error) ? error.code : String(error)),
  );
}
